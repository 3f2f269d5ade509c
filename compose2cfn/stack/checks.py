"""Check a finished template: what it refers to and does not have, and what is too much of it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from compose2cfn.diagnostics import Diagnostic, Steps, listed
from compose2cfn.model.app import App
from compose2cfn.plan.terms.values import references
from compose2cfn.stack.gather import Gathered
from compose2cfn.stack.intrinsics import canonical
from compose2cfn.stack.overlay import OVERLAY_PATH
from compose2cfn.stack.result import Body, excess

# https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
MOST_ENTRIES: Mapping[str, int] = {
    "Resources": 500,
    "Parameters": 200,
    "Outputs": 200,
    "Mappings": 200,
}
"""Entries of a section that CloudFormation takes."""
MOST_RESOLVED = 60
"""Dynamic references of a template."""

References: TypeAlias = Mapping[tuple[str, str], frozenset[str]]
"""What entries of a template refer to, by section and id."""

_RESOLVED = "{{resolve:"


def referred(body: Body) -> References:
    """List what the entries of a template refer to, each by its section and id."""
    return {
        (section, id_): references(entry)
        for section, entries in body.items()
        if isinstance(entries, Mapping)
        for id_, entry in entries.items()
    }


def dangling(app: App, body: Body, refers: References, gathered: Gathered) -> Iterator[Diagnostic]:
    """Report references to what the template does not have."""
    wholes = {(section, id_): whole for section, id_, whole in gathered}
    for name, users in sorted(_missing(body, refers).items()):
        written = [path for path in _extensions(app) if name in references(app.written(path))]
        for path in written:
            yield Diagnostic(
                code="reference-dangling",
                message=f"the template has no {name!r}; declare it below {OVERLAY_PATH[0]}: "
                f"{{Parameters: {{{name}: {{Type: String}}}}}}",
                path=path,
            )
        # Else it is an emitter's: the overlay took its parameter away, or it never brought one.
        for section, id_ in () if written else sorted(users):
            whole = wholes.get((section, id_))
            makers = gathered.makers(whole, name) if whole else ()
            made = f", which {listed(makers, 'and')} makes," if makers else ""
            yield Diagnostic(
                code="reference-dangling",
                message=f"{id_}{made} refers to {name!r}, which the template does not have",
                path=whole.origin if whole else OVERLAY_PATH,
            )


def shared_names(body: Body, gathered: Gathered) -> Iterator[Diagnostic]:
    """Report what is both a resource and a parameter: the logical names of these differ.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """
    wholes = {(section, id_): whole for section, id_, whole in gathered}
    for id_ in sorted(_ids(body, "Resources") & _ids(body, "Parameters")):
        whole = wholes.get(("Parameters", id_)) or wholes.get(("Resources", id_))
        yield Diagnostic(
            code="id-conflict",
            message=f"the template would have both a resource and a parameter {id_!r}, and "
            "CloudFormation takes one thing of a name; give one of them another name",
            path=whole.origin if whole else OVERLAY_PATH,
        )


def _ids(body: Body, section: str) -> frozenset[str]:
    """Give the ids of a section."""
    entries = body.get(section)
    return frozenset(entries if isinstance(entries, dict) else ())


def _missing(body: Body, refers: References) -> Mapping[str, set[tuple[str, str]]]:
    """Give what is referred to and is not there, with the entries that refer to it."""
    there = set[str]()
    for section in ("Resources", "Parameters", "Conditions"):
        entries = body.get(section)
        there.update(entries if isinstance(entries, dict) else ())
    missing: dict[str, set[tuple[str, str]]] = {}
    for (section, id_), names in refers.items():
        for name in names - there if section in {"Resources", "Outputs"} else ():
            if not name.startswith("AWS::"):
                missing.setdefault(name, set()).add((section, id_))
    return missing


def _extensions(app: App) -> Iterator[Steps]:
    """List the places of the ``x-aws-*`` keys."""
    return (path for path in app.places if str(path[-1]).startswith("x-aws-"))


def excesses(
    app: App, body: Body, text: str, origins: Mapping[tuple[str, str], Steps]
) -> Iterator[Diagnostic]:
    """Report what is more than CloudFormation takes, where the largest part of it comes from.

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
            largest = largest[:1]  # no single one, but all together
        return Diagnostic(code="template-size", message=message, path=largest)

    split = "split the Compose file into several projects"
    for section, most in MOST_ENTRIES.items():
        entries = body.get(section)
        if isinstance(entries, dict) and (count := len(entries)) > most:
            about = f"a template has at most {most} {section.lower()}, and this one has {count}"
            yield fault(f"{about}; {split}", lambda _: 1, [section])
    if about := excess(text, "YAML"):
        yield fault(about, len, body)
    if (count := text.count(_RESOLVED)) > MOST_RESOLVED:
        about = f"a template has at most {MOST_RESOLVED} dynamic references, and this one {count}"
        yield fault(
            f"{about}; write secrets or x-aws-secrets instead",
            lambda written: written.count(_RESOLVED),
            body,
        )
