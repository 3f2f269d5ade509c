"""Read the driver options of volumes: what EFS takes of them."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import Steps, listed
from compose2cfn.model.project import Volume
from compose2cfn.plan.terms.findings import Notes

MOST_MIB = 3414
"""MiB per second that may be provisioned."""

_LOCAL = frozenset({"device", "o", "type"})

_DAYS = (1, 7, 14, 30, 60, 90, 180, 270, 365)


class Form(NamedTuple):
    """What EFS takes for an option: a test, and the same in words."""

    takes: Callable[[str], object]
    words: str


def _choice(*words: str) -> Form:
    return Form(words.__contains__, listed(words))


def _pattern(text: str, words: str) -> Form:
    return Form(re.compile(text).fullmatch, words)


_NUMBER = Form(
    lambda text: re.fullmatch("[0-9]{1,10}", text) and int(text) < 2**32,
    "a number from 0 to 4294967295",
)
_KEY = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32}"
_ALIAS = "alias/[a-zA-Z0-9/_-]+"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-filesystem.html
OPTIONS: Mapping[str, Form] = {
    "backup_policy": _choice("ENABLED", "ENABLING", "DISABLED", "DISABLING"),
    "gid": _NUMBER,
    "kms_key_id": _pattern(
        rf"{_KEY}|{_ALIAS}|arn:aws[-a-z]*:kms:[a-z0-9-]+:[0-9]{{12}}:(key/({_KEY})|{_ALIAS})",
        "the ARN, the id or the alias (alias/...) of a key of AWS KMS",
    ),
    "lifecycle_policy": _choice(*(f"AFTER_{days}_DAY{'S' if days > 1 else ''}" for days in _DAYS)),
    "performance_mode": _choice("generalPurpose", "maxIO"),
    # Without quotes 0777 is the number 511, which would shut the owner out.
    "permissions": _pattern(
        "[0-7]?[37][0-7]{2}", 'an octal mode in quotes that lets its owner write, such as "0755"'
    ),
    "provisioned_throughput": Form(
        lambda text: re.fullmatch(r"\d{1,4}(\.\d{1,9})?", text) and 1 <= float(text) <= MOST_MIB,
        f"a number of MiB per second, from 1 to {MOST_MIB}",
    ),
    "root_directory": _pattern("/.*", "a path such as /data"),
    "throughput_mode": _choice("bursting", "elastic", "provisioned"),
    "uid": _NUMBER,
}
"""The driver options of a volume, with what EFS takes for each."""
_MADE = frozenset(OPTIONS) - {"gid", "permissions", "root_directory", "uid"}
"""The options of the file system itself, and not of the access point."""


def driver_options(volume: Volume, path: Steps, notes: Notes, *, own: bool) -> Mapping[str, str]:
    """Read the driver options of a volume; those of other drivers mean nothing on AWS.

    ``own`` says that its file system is made here, and so can be told what to be like.
    """
    if volume.driver not in {"", "local", "efs"}:
        notes.warn(
            "volume-driver",
            "a named volume becomes an EFS file system whatever its driver",
            (*path, "driver"),
        )
    path = (*path, "driver_opts")
    local = sorted(volume.driver_opts.keys() & _LOCAL)
    if local:
        notes.error(
            "volume-local",
            "this volume stands for a folder or device of the host, and there is none on ECS; "
            f"take {listed(local, 'and')} out to have an EFS file system, or name one that exists "
            "with x-aws-filesystem",
            (*path, local[0]),
        )
    known = {}
    for key, value in sorted(volume.driver_opts.items()):
        if key in _LOCAL:
            continue
        if key not in OPTIONS:
            notes.warn(
                "volume-option",
                "EFS has no such option, and it is left out; known are "
                f"{listed(sorted(OPTIONS), 'and')}",
                (*path, key),
            )
        elif not OPTIONS[key].takes(value):
            notes.error("volume-option", f"write {OPTIONS[key].words}", (*path, key))
        elif not own and key in _MADE:
            notes.warn(
                "volume-option",
                "a file system that exists is not changed, and this is left out",
                (*path, key),
            )
        else:
            known[key] = value
    _check(volume.driver_opts, path, notes)
    return known


def _check(options: Mapping[str, str], path: Steps, notes: Notes) -> None:
    """Report options that EFS refuses together."""
    throughput = options.get("throughput_mode") == "provisioned"
    if throughput != ("provisioned_throughput" in options):
        notes.error(
            "volume-option",
            "throughput_mode: provisioned and provisioned_throughput belong together; write both",
            path,
        )
    if options.get("performance_mode") == "maxIO" and options.get("throughput_mode") == "elastic":
        notes.error(
            "volume-option",
            "elastic throughput needs performance_mode: generalPurpose",
            (*path, "performance_mode"),
        )
