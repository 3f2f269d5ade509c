"""Check a finished template: what it refers to without having it, and what it has too much of."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TypeAlias

from compose2cfn.diagnostics import Diagnostic, Severity, Steps, listed
from compose2cfn.model.app import App
from compose2cfn.plan.terms.values import DYNAMIC_REFERENCE, Use, references, uses
from compose2cfn.stack.gather import Gathered, TemplateEntry, Wholes
from compose2cfn.stack.intrinsics import canonical
from compose2cfn.stack.result import OVERLAY_PATH, Body, by_bucket, excess

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_ENTRIES: Mapping[str, int] = {
    "Resources": 500,
    "Parameters": 200,
    "Outputs": 200,
    "Mappings": 200,
}
"""Entries of a section that CloudFormation accepts."""
MOST_RESOLVED = 60
"""Dynamic references of a template."""

Needs: TypeAlias = Mapping[tuple[str, str], frozenset[Use]]
"""What entries of a template need of it, by section and id."""

_HOMES: Mapping[str, tuple[str, ...]] = {
    "Condition": ("Conditions",),
    "DependsOn": ("Resources",),
    "Fn::FindInMap": ("Mappings",),
    "Fn::GetAtt": ("Resources",),
    "Ref": ("Resources", "Parameters"),
}
"""The sections that have what is needed."""
_WORDS: Mapping[str, str] = {
    "Condition": "depends on the condition",
    "DependsOn": "depends on",
    "Fn::FindInMap": "reads the mapping",
    "Fn::GetAtt": "refers to an attribute of",
    "Ref": "refers to",
}


class Origin:
    """What was made before the overlay was applied."""

    def __init__(self, gathered: Gathered, wholes: Wholes, parameters: Collection[str]) -> None:
        self.gathered = gathered
        self.wholes = wholes
        self.parameters = parameters


def requirements(body: Body) -> Needs:
    """List what the entries of a template need, each by its section and id."""
    return {
        (section, id_): _of_entry(entry) if section in _CHECKED else uses(entry)
        for section, entries in body.items()
        if isinstance(entries, Mapping)
        for id_, entry in entries.items()
    }


_CHECKED = frozenset({"Resources", "Outputs"})
"""The sections whose entries have attributes that need something."""


def _of_entry(entry: object) -> frozenset[Use]:
    """List what a resource or an output needs: by its functions, and by its attributes."""
    found = uses(entry)
    match entry:
        case {"Condition": str(name)}:
            found |= {("Condition", name)}
    match entry:
        case {"DependsOn": str(name)}:
            found |= {("DependsOn", name)}
        case {"DependsOn": [*names]}:
            found |= {("DependsOn", str(name)) for name in names}
    return found


def dangling(app: App, body: Body, needs: Needs, origin: Origin) -> Iterator[Diagnostic]:
    """Report what the template needs but does not have."""
    deleted: dict[Steps, set[str]] = {}
    for (kind, name), users in sorted(_missing(body, needs).items()):
        if written := _written(app, kind, name):
            for path in written:
                shown = app.masks.written(path, name) or name
                yield Diagnostic(
                    code="reference-dangling",
                    message=f"the template has no {shown!r}; declare it below {OVERLAY_PATH[0]}: "
                    f"{{Parameters: {{{shown}: {{Type: String}}}}}}",
                    path=path,
                )
        elif place := _place_of_deletion(body, (kind, name), origin):
            deleted.setdefault(place, set()).update(id_ for _, id_ in users)
        else:
            for user in sorted(users):
                yield _shown(
                    _unmet((kind, name), user, origin.wholes.get(user), origin.gathered), name, app
                )
    for place, ids in deleted.items():
        who = listed(sorted(ids), "and")
        about = f"this deletes what the template needs; change {who} as well, or keep it"
        yield Diagnostic(code="reference-dangling", message=about, path=place)


def _shown(found: Diagnostic, name: str, app: App) -> Diagnostic:
    """Show of a name what may be shown, wherever it is written."""
    written = app.masks.written(found.path, name) or app.masks.written((), name)
    if written is None:
        return found
    return replace(found, message=found.message.replace(repr(name), repr(written)))


def _written(app: App, kind: str, name: str) -> tuple[Steps, ...]:
    """Find the ``x-aws-*`` keys that refer to a name."""
    if kind not in {"Ref", "Fn::GetAtt"}:
        return ()
    return tuple(path for path in _extensions(app) if name in references(app.written(path)))


def _place_of_deletion(body: Body, use: Use, origin: Origin) -> Steps:
    """Find where the overlay deletes what is needed; nothing if it does not."""
    kind, name = use
    for section in _HOMES[kind]:
        known = origin.parameters if section == "Parameters" else ()
        made = name in known or (section, name) in origin.wholes
        if made and name not in _ids(body, section):
            return (*OVERLAY_PATH, section, name)
    return ()


def _unmet(
    use: Use, user: tuple[str, str], whole: TemplateEntry | None, gathered: Gathered
) -> Diagnostic:
    """Report an entry of an emitter or the overlay that needs what the template does not have."""
    kind, name = use
    section, id_ = user
    made, path = "", (*OVERLAY_PATH, section, id_)
    if whole and use in (_of_entry if section in _CHECKED else uses)(whole.content):
        path = whole.origin
        made = f", which {listed(gathered.makers(whole, name), 'and')} makes,"
    about = f"{id_}{made} {_WORDS[kind]} {name!r}, which the template does not have"
    return Diagnostic(code="reference-dangling", message=about, path=path)


def _missing(body: Body, needs: Needs) -> Mapping[Use, set[tuple[str, str]]]:
    """List what is needed but missing, with the entries that need it."""
    there = {
        kind: frozenset().union(*(_ids(body, section) for section in sections))
        for kind, sections in _HOMES.items()
    }
    of_conditions = {**there, "Ref": _ids(body, "Parameters")}
    missing: dict[Use, set[tuple[str, str]]] = {}
    for (section, id_), used in needs.items():
        known = there if section in _CHECKED else of_conditions
        for kind, name in used if section in {*_CHECKED, "Conditions", "Rules"} else ():
            if name not in known[kind] and not name.startswith("AWS::"):
                missing.setdefault((kind, name), set()).add((section, id_))
    return missing


def _extensions(app: App) -> Iterator[Steps]:
    """List the places of the ``x-aws-*`` keys."""
    return (path for path in app.places if str(path[-1]).startswith("x-aws-"))


def shared_names(body: Body, wholes: Wholes) -> Iterator[Diagnostic]:
    """Report what is both a resource and a parameter: their logical names must differ.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    for id_ in sorted(_ids(body, "Resources") & _ids(body, "Parameters")):
        whole = wholes.get(("Parameters", id_)) or wholes.get(("Resources", id_))
        yield Diagnostic(
            code="id-conflict",
            message=f"the template would have both a resource and a parameter {id_!r}, but names "
            "must be unique in CloudFormation; give one of them another name",
            path=whole.origin if whole else OVERLAY_PATH,
        )


def roleless(body: Body) -> Iterator[Diagnostic]:
    """Report services with ECS Exec whose tasks have no role: ECS refuses them.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    """
    resources = body.get("Resources")
    if not isinstance(resources, Mapping):
        return
    for id_, entry in resources.items():
        match entry:
            case {
                "Type": "AWS::ECS::Service",
                "Properties": {"EnableExecuteCommand": said, "TaskDefinition": {"Ref": str(task)}},
            } if str(said).lower() == "true" and _has_no_role(resources.get(task)):
                yield Diagnostic(
                    code="exec-role",
                    message="ECS Exec needs a task role, and this service has none; write "
                    "x-aws-exec: true in the service, which makes one with the permissions",
                    path=(*OVERLAY_PATH, "Resources", id_, "Properties", "EnableExecuteCommand"),
                )


def _has_no_role(definition: object) -> bool:
    match definition:
        case {"Type": "AWS::ECS::TaskDefinition", "Properties": Mapping() as properties}:
            return "TaskRoleArn" not in properties
    return False


def _ids(body: Body, section: str) -> frozenset[str]:
    """Return the ids of a section."""
    entries = body.get(section)
    return frozenset(entries if isinstance(entries, dict) else ())


def empty(body: Body, wholes: Wholes) -> Iterator[Diagnostic]:
    """Report a template without a resource.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resources-section-structure.html
    """
    if _ids(body, "Resources"):
        return
    if any(section == "Resources" for section, _ in wholes):
        about = "this deletes all resources, and a template needs at least one; keep one of them"
        yield Diagnostic(code="template-empty", message=about, path=(*OVERLAY_PATH, "Resources"))
    else:
        about = (
            "no emitter that takes part makes a resource, and a template needs at least one; pass "
            "compose2cfn.DEFAULT_EMITTERS, alone or with others"
        )
        yield Diagnostic(code="template-empty", message=about)


def detour(text: str, form: str) -> Iterator[Diagnostic]:
    """Say that a template must take the way through a bucket, if it must."""
    if about := by_bucket(text, form):
        yield Diagnostic(code="template-large", message=about, severity=Severity.INFO)


def excesses(
    app: App, body: Body, text: str, origins: Mapping[tuple[str, str], Steps]
) -> Iterator[Diagnostic]:
    """Report what exceeds the limits of CloudFormation, where the largest part comes from.

    ``text`` is the template as YAML.
    """

    def fault(message: str, weigh: Callable[[str], int], sections: Iterable[str]) -> Diagnostic:
        weights = Counter[Steps]()
        for section in sections:
            entries = body.get(section)
            for id_, entry in entries.items() if isinstance(entries, dict) else ():
                origin = origins.get((section, id_), OVERLAY_PATH)
                if app.place(origin):
                    weights[tuple(origin[:2])] += weigh(canonical(entry))
        largest = max(weights, key=weights.__getitem__, default=OVERLAY_PATH)
        if 2 * weights[largest] < weights.total():
            largest = largest[:1]  # not a single one, but all together
        return Diagnostic(code="template-size", message=message, path=largest)

    split = "split the Compose file into several projects"
    for section, most in MOST_ENTRIES.items():
        entries = body.get(section)
        if isinstance(entries, dict) and (count := len(entries)) > most:
            about = f"a template has at most {most} {section.lower()}, and this one has {count}"
            yield fault(f"{about}; {split}", lambda _: 1, [section])
    if about := excess(text, "YAML"):
        yield fault(about, len, body)
    if (count := text.count(DYNAMIC_REFERENCE)) > MOST_RESOLVED:
        about = f"a template has at most {MOST_RESOLVED} dynamic references; this one has {count}"
        yield fault(
            f"{about}; write secrets or x-aws-secrets instead",
            lambda written: written.count(DYNAMIC_REFERENCE),
            body,
        )
