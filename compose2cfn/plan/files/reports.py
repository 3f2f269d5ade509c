"""Say what becomes of bind mounts: once for each source, or once for all where that is enough."""

from collections.abc import Iterable

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.plan.files.fates import CLOCK, COVERED, BindFate, BindFates, DecidedBind
from compose2cfn.plan.terms.paths import ancestors

_MOST_NAMED = 3
"""Sources or services that a message names."""


def report_fates(fates: BindFates, findings: Findings) -> None:
    """Report what becomes of the bind mounts of a project."""
    for one in fates.decided.values():
        spot = findings.at(*one.origin)
        if one.fate is BindFate.REFUSED:
            spot.error("bind-refused", one.why)
        elif one.fate is BindFate.DROPPED:
            about = f"x-aws-bind_mounts says not to mount {one.target}"
            spot.warn("bind-dropped", about)
    for several in _by_source(fates.decided.values()):
        _report_source(several, findings.at(*several[0].origin))
    _report_nested(fates, findings)
    _report_delivered(fates, findings)


def _report_nested(fates: BindFates, findings: Findings) -> None:
    """Warn of volumes whose folders are in one another: on a host, one shows in the other."""
    volumes = {one.source.key: one for one in fates.decided.values() if one.fate is BindFate.VOLUME}
    for key, one in volumes.items():
        outer = next((volumes[path] for path in ancestors(key) if path in volumes), None)
        if outer:
            findings.at(*one.origin).warn(
                "bind-volume",
                f"{one.shown} is in {outer.shown}, but they become two file systems: what is "
                "written to one does not show in the other; mount one named volume, here with its "
                "subpath",
            )


def _by_source(decided: Iterable[DecidedBind]) -> Iterable[list[DecidedBind]]:
    """Put together the mounts of one source that have one fate for one reason."""
    found: dict[tuple[str, BindFate, str], list[DecidedBind]] = {}
    for one in decided:
        found.setdefault((one.source.key, one.fate, one.why), []).append(one)
    return found.values()


def _report_source(several: list[DecidedBind], spot: Spot) -> None:
    """Report what becomes of one source, for all services that mount it."""
    one = several[0]
    services = _some([each.service for each in several])
    shown = one.shown
    match one.fate:
        case BindFate.VOLUME:
            spot.warn("bind-volume", _volume(several), subject=str(shown))
        case BindFate.HOST:
            spot.warn(
                "bind-host",
                f"{shown} is that of the EC2 instance: tasks on another instance do not see what "
                "is in it, and it ends with the instance",
            )
        case BindFate.LEFT_OUT if one.why == CLOCK:
            spot.warn(
                "bind-clock",
                f"ECS has no host whose clock {services} could share, so {shown} is left out; name "
                "the time zone in environment, such as TZ: Europe/Paris",
            )
        case BindFate.LEFT_OUT:
            what = shown if len(several) == 1 else f"{shown} of {services}"
            because = (
                "the Dockerfile copies it into the image"
                if one.why == COVERED
                else "the image is built from it, and there is no Dockerfile to see what it copies"
            )
            spot.warn(
                "bind-image",
                f"{what} is left out: {because}; to copy it into each task as it is now, write "
                "x-aws-bind_mounts: deliver",
                subject=what,
            )


def _volume(several: list[DecidedBind]) -> str:
    """Say that a folder of the host becomes a volume."""
    one = several[0]
    written = any(not each.mount.read_only for each in several)
    fill = (
        "copy existing data into it"
        if written
        else "no service writes to it, so copy the files into it"
    )
    return (
        f"{one.shown} becomes an EFS file system that outlives the stack and starts empty; "
        f"{fill}, or write x-aws-bind_mounts: drop to do without it"
    )


def _report_delivered(fates: BindFates, findings: Findings) -> None:
    """Report once what is copied into tasks to be read, and once what could be written to."""
    delivered = [one for one in fates.decided.values() if one.fate is BindFate.DELIVERED]
    read = [one for one in delivered if one.mount.read_only]
    writable = [one for one in delivered if not one.mount.read_only]
    if read:
        findings.at(*read[0].origin).info(
            "bind-delivered",
            f"the current content of {_named(read)} is delivered to every task; a later change "
            "needs a new template",
        )
    if writable:
        findings.at(*writable[0].origin).warn(
            "bind-writes",
            f"each task has its own copy of {_named(writable)} as it is now: a later change needs "
            "a new template, and what a task writes to it is lost when the task ends, so add :ro "
            "if it is only read",
        )


def _named(several: Iterable[DecidedBind]) -> str:
    """Name a few of many sources."""
    return _some([one.shown for one in several])


def _some(names: Iterable[str]) -> str:
    """Name a few of many things, each once."""
    known = list(dict.fromkeys(names))
    others = ["others"] if len(known) > _MOST_NAMED else []
    return listed([*known[:_MOST_NAMED], *others], "and")
