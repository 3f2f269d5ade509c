"""Lay what a Compose file says below ``x-aws-cloudformation`` over the finished template."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import did_you_mean, listed
from compose2cfn.findings import Spot
from compose2cfn.model.functions import Function, function
from compose2cfn.source.bind import meant_overlay
from compose2cfn.source.yaml import parse_yaml
from compose2cfn.stack.former import FormerIds
from compose2cfn.stack.named import UNIQUE, entry_name, naming_keys
from compose2cfn.stack.properties import property_faults
from compose2cfn.stack.typed import ATTRIBUTES

TEXTS = ("AWSTemplateFormatVersion", "Description", "Transform")
"""The sections that are one value, not a mapping of named things."""
FREE = ("Conditions", "Hooks", "Mappings", "Metadata", "Rules")
"""The sections of named things that may contain anything."""
NEEDED = {"Outputs": "Value", "Parameters": "Type", "Resources": "Type"}
"""The other sections, and what each entry of theirs needs."""


def lay(
    template: Mapping[str, object],
    overlay: Mapping[str, object] | str | None,
    spot: Spot,
    former_ids: Mapping[str, str] | None = None,
) -> dict[str, object]:
    """Lay an overlay over a template; what is wrong with the overlay is said at its spot.

    Mappings are merged, and so are lists whose entries have names (``Name``, ``Key``, …), name by
    name; anything else replaces what was there. ``null`` deletes, also an entry of a list of which
    only the name is left. A function counts as one value. A resource with another ``Type`` replaces
    the whole resource. What a resource depends on adds up, since it cannot be created without what
    it waits for already.

    The overlay may also be the text of a YAML document. ``former_ids`` maps former ids to today's
    ids of the same things.
    """
    known = _mapping(template.get("Resources"))
    ids = {id_: today for id_, today in (former_ids or {}).items() if id_ not in known}
    given = _read(overlay, spot) if isinstance(overlay, str) else overlay or {}
    return _Layer(FormerIds(ids)).laid(template, given, spot)


def _read(text: str, spot: Spot) -> Mapping[str, object]:
    """Read an overlay that is written as a text."""
    documents, faults = parse_yaml(text, "")
    for fault in faults:
        line = fault.at.line if fault.at else 1
        spot.error(fault.code, f"line {line} of this text: {fault.message}")
    match [meant_overlay(document) for document in documents]:
        case [Mapping() as overlay]:
            return overlay
        case [None] | []:
            pass
        case _:
            spot.error("overlay-shape", "the text of an overlay must be one YAML mapping")
    return {}


class _Layer(NamedTuple):
    """What lays an overlay over a template."""

    former: FormerIds

    def laid(
        self, template: Mapping[str, object], overlay: Mapping[str, object], spot: Spot
    ) -> dict[str, object]:
        """Lay the overlay over the template, section by section."""
        whole = dict(template)
        for name, given in overlay.items():
            where = spot / name
            match whole.get(name, {}), self.former.replaced(given, where):
                case _, None:
                    whole.pop(name, None)
                case _, section if name in TEXTS:
                    whole[name] = self.fresh(section, where)
                case base, Mapping() as section if name in NEEDED:
                    whole[name] = self.entries(name, _mapping(base), section, where)
                case base, Mapping() as section if name in FREE:
                    whole[name] = self.merged(base, section, where)
                case _ if name in NEEDED or name in FREE:
                    self.misshapen(f"{name} must be a mapping", where)
                case _:
                    known = (*TEXTS, *FREE, *NEEDED)
                    self.unknown(f"a template has no section {name!r}", name, known, where)
        if not _rewritten(whole.get("Transform")):
            self.hold(_mapping(whole.get("Resources")), overlay, spot)
        return whole

    def hold(
        self, resources: Mapping[str, object], overlay: Mapping[str, object], spot: Spot
    ) -> None:
        """Hold the finished resources that an overlay is about to what is known of their types."""
        for given, entry in _mapping(overlay.get("Resources")).items():
            finished = _mapping(resources.get(self.former.ids.get(given, given)))
            if isinstance(entry, Mapping) and isinstance(
                finished.get("Properties"), Mapping | None
            ):
                self.hold_properties(finished, entry, spot / "Resources" / given)

    def hold_properties(
        self, finished: Mapping[str, object], entry: Mapping[str, object], spot: Spot
    ) -> None:
        """Report what a resource may not have, or has to have, where the overlay is about that."""
        properties, given = finished.get("Properties"), entry.get("Properties")
        base = spot / "Properties" if "Properties" in entry else spot
        for path, message, missing in property_faults(str(finished.get("Type")), properties, given):
            where = spot.findings.at(*base.path, *path)
            where.error("overlay-incomplete" if missing else "overlay-property", message)

    def entries(
        self, name: str, base: Mapping[str, object], section: Mapping[str, object], spot: Spot
    ) -> dict[str, object]:
        """Lay one section over another; an incomplete new entry counts as a misspelled id."""
        whole = dict(base)
        kind, need = name.lower().removesuffix("s"), NEEDED[name]
        for given, entry in section.items():
            where = spot / given
            id_ = self.former.now(given, where) if name == "Resources" else given
            match whole.get(id_), entry:
                case None, Mapping() | None if need not in _mapping(entry):
                    about = f"there is no {kind} {id_!r}, and a new one needs a {need}"
                    self.unknown(about, id_, base, where)
                case _, None:
                    del whole[id_]
                case old, Mapping():
                    base_entry = _mapping(old, of=entry.get("Type"))
                    whole[id_] = self.merged(base_entry, _waiting(base_entry, entry), where)
                    if name == "Resources":
                        self.check(entry, where)
                case _:
                    self.misshapen(f"a {kind} must be a mapping", where)
        return whole

    def check(self, resource: Mapping[str, object], spot: Spot) -> None:
        """Report what no resource has."""
        for name in resource:
            if name not in ATTRIBUTES:
                about = f"a resource has no attribute {name!r}"
                self.unknown(about, name, ATTRIBUTES, spot / name)
        if not isinstance(resource.get("Properties"), Mapping | None):
            self.misshapen("Properties must be a mapping", spot / "Properties")

    def merged(self, base: object, given: object, spot: Spot) -> object:
        """Lay one value over another."""
        match base, given:
            case (Function(), _) | (_, Function()):
                pass  # a function is one value
            case Mapping(), Mapping():
                whole = dict(base)
                for key, value in given.items():
                    if value is not None:
                        whole[key] = self.merged(base.get(key), value, spot / key)
                    elif key in whole:
                        del whole[key]
                    else:
                        message = "there is nothing to delete here; leave this out"
                        (spot / key).warn("overlay-needless", message)
                return whole
            case [*old], [*new] if new and (keys := naming_keys(old, new)):
                return self.joined(old, new, keys, spot)
            case [*old], [*new] if self.reported_names(old, new, spot):
                return base
        return self.fresh(given, spot)

    def joined(
        self, base: list[object], given: list[object], keys: tuple[str, ...], spot: Spot
    ) -> list[object]:
        """Lay one list over another, name by name; new names go to the end."""
        whole = {entry_name(item, keys): item for item in base}
        for place, item in enumerate(given):
            name = entry_name(item, keys)
            entry = self.merged(whole.get(name, {}), item, spot / place)
            if None in _mapping(item).values() and set(_mapping(entry)) == set(keys):
                whole.pop(name, None)
            else:
                whole[name] = entry
        return list(whole.values())

    def reported_names(self, base: list[object], given: list[object], spot: Spot) -> bool:
        """Report entries without a name of their own that would take the place of named things."""
        keys = naming_keys(base) if base else ()
        if not keys:
            return False
        name = listed(keys, "and")
        message = (
            f"write the {name} of this entry, as text; entries are laid over those with the same "
            f"{name}, and this one would replace them all"
        )
        above: set[object] = set()
        for place, item in enumerate(given):
            found = entry_name(item, keys)
            if found is None:
                (spot / place).error("overlay-unnamed", message)
            elif found in above and UNIQUE.issuperset(keys):
                about = f"an entry above has the same {name}; put both into one"
                (spot / place).error("overlay-unnamed", about)
            above.add(found)
        return None in above or (len(above) < len(given) and UNIQUE.issuperset(keys))

    def fresh(self, given: object, spot: Spot) -> object:
        """Use a value where there was none, or another one."""
        match given:
            case Function():
                ((name, argument),) = given.items()
                return function(name, self.fresh(argument, spot))
            case Mapping():
                return self.merged({}, given, spot)
            case [*items]:
                return [self.fresh(item, spot / place) for place, item in enumerate(items)]
        return given

    def unknown(self, about: str, word: str, known: Iterable[str], spot: Spot) -> None:
        """Report an unknown name."""
        spot.error("overlay-unknown", f"{about}{did_you_mean(word, known)}")

    def misshapen(self, about: str, spot: Spot) -> None:
        """Report a value that is not allowed where it is."""
        spot.error("overlay-shape", about)


def _mapping(value: object, of: object = None) -> Mapping[str, object]:
    """Read a value as a mapping, of a given ``Type`` if there is one; else return an empty one."""
    match value:
        case {"Type": kind} if of not in (None, kind):
            return {}
        case Mapping():
            return value
    return {}


def _rewritten(transform: object) -> bool:
    """Tell whether macros may make valid properties of any others."""
    names = transform if isinstance(transform, list | tuple) else [transform]
    return not all(name in (None, *_PRESERVING) for name in names)


_PRESERVING = ("AWS::LanguageExtensions", "AWS::Serverless-2016-10-31")
"""The macros that leave the properties of resources of AWS as they are, but for functions."""


def _waiting(base: Mapping[str, object], entry: Mapping[str, object]) -> Mapping[str, object]:
    """Put what a resource already waits for before what an overlay adds."""
    old, new = _ids(base.get("DependsOn")), _ids(entry.get("DependsOn"))
    if not old or not new:
        return entry
    return {**entry, "DependsOn": [*old, *(id_ for id_ in new if id_ not in old)]}


def _ids(given: object) -> list[object]:
    """List the ids of a ``DependsOn``, which may be a single one."""
    match given:
        case str():
            return [given]
        case [*ids]:
            return ids
    return []
