"""Read the driver options of volumes: those that EFS has."""

import re
from collections.abc import Callable, Mapping

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.project import Volume
from compose2cfn.plan.terms import arns

MOST_THROUGHPUT = 3414
"""MiB per second that may be provisioned."""

_BLOCK_DRIVER = re.compile(r"(^|[/.])ebs([.:/]|$)")
"""Drivers that keep data on disks of Amazon EBS: ebs, rexray/ebs:latest, ebs.csi.aws.com."""
_LOCAL = frozenset({"device", "o", "type"})

_DAYS = (1, 7, 14, 30, 60, 90, 180, 270, 365)


class EfsOption(Record):
    """The values that EFS accepts for an option: a test, and the same in words."""

    takes: Callable[[str], object]
    words: str


def _choice(*words: str) -> EfsOption:
    return EfsOption(takes=words.__contains__, words=listed(words))


def _pattern(pattern: str, words: str) -> EfsOption:
    return EfsOption(takes=lambda text: re.fullmatch(pattern, text), words=words)


_NUMBER = EfsOption(
    takes=lambda text: re.fullmatch("[0-9]{1,10}", text) and int(text) < 2**32,
    words="a number from 0 to 4294967295",
)
_KEY = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32}"
_ALIAS = "alias/[a-zA-Z0-9/_-]+"
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-efs-filesystem.html
EFS_OPTIONS: Mapping[str, EfsOption] = {
    "backup_policy": _choice("ENABLED", "ENABLING", "DISABLED", "DISABLING"),
    "exclusive": _choice("true", "false"),
    "gid": _NUMBER,
    "kms_key_id": _pattern(
        f"{_KEY}|{_ALIAS}|{arns.form('kms', f'(key/({_KEY})|{_ALIAS})')}",
        "the ARN, the id or the alias (alias/...) of a key of AWS KMS",
    ),
    "lifecycle_policy": _choice(*(f"AFTER_{days}_DAY{'S' if days > 1 else ''}" for days in _DAYS)),
    "performance_mode": _choice("generalPurpose", "maxIO"),
    # Without quotes, 0777 is the number 511, which would lock the owner out.
    "permissions": _pattern(
        "[0-7]?[37][0-7]{2}", 'an octal mode in quotes that lets its owner write, such as "0755"'
    ),
    "provisioned_throughput": EfsOption(
        takes=lambda text: (
            re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,9})?", text) and 1 <= float(text) <= MOST_THROUGHPUT
        ),
        words=f"a number of MiB per second, from 1 to {MOST_THROUGHPUT}",
    ),
    "root_directory": _pattern("/.*", "a path such as /data"),
    "throughput_mode": _choice("bursting", "elastic", "provisioned"),
    "uid": _NUMBER,
}
"""The driver options of a volume, with the values that EFS accepts for each."""
USER_OPTIONS = frozenset({"gid", "uid"})
"""Those that say to whom all files belong."""
_OF_DIRECTORY = USER_OPTIONS | {"exclusive", "permissions", "root_directory"}
_OF_FILE_SYSTEM = frozenset(EFS_OPTIONS) - _OF_DIRECTORY
"""The options of the file system itself, not of what is in it."""


def driver_options(volume: Volume, spot: Spot, *, own: bool) -> Mapping[str, str]:
    """Read the driver options of a volume; those of other drivers have no meaning on AWS.

    ``own`` says that the stack creates its file system, so that options can configure it.
    """
    if _BLOCK_DRIVER.search(volume.driver):
        (spot / "driver").error(
            "volume-driver",
            "on ECS, a volume of Amazon EBS belongs to one task and ends with it, so it is not "
            "offered; leave the driver out to get an EFS file system, or keep the data in a "
            "database of Amazon RDS",
        )
    elif volume.driver not in {"", "local", "efs"}:
        (spot / "driver").warn(
            "volume-driver", "a named volume becomes an EFS file system, with any driver"
        )
    spot = spot / "driver_opts"
    said = volume.driver_opts
    if local := sorted(said.keys() & _LOCAL):
        (spot / local[0]).error(
            "volume-local",
            "this volume is a folder or device of the host, which ECS does not have; leave out "
            f"{listed(local, 'and')} to get an EFS file system, or name an existing one "
            "with x-aws-filesystem",
        )
    known = {
        key: value
        for key, value in sorted(said.items())
        if key not in _LOCAL and _usable(key, value, spot / key, own=own)
    }
    _check_together(said, spot)
    return known


def is_own(volume: Volume) -> bool:
    """Tell whether the stack creates the file system of a volume."""
    return volume.x_aws_filesystem is None and not volume.external


def is_exclusive(volume: Volume) -> bool:
    """Tell whether only one task at a time may write to a volume."""
    return volume.driver_opts.get("exclusive") == "true"


def _usable(key: str, value: str, spot: Spot, *, own: bool) -> bool:
    """Tell whether EFS accepts an option; report it if not."""
    if key not in EFS_OPTIONS:
        spot.warn(
            "volume-option",
            "EFS does not have this option, so it is left out; write "
            f"{listed(sorted(EFS_OPTIONS))}",
        )
    elif not EFS_OPTIONS[key].takes(value):
        spot.error("volume-option", f"must be {EFS_OPTIONS[key].words}")
    elif not own and key in _OF_FILE_SYSTEM:
        spot.warn("volume-option", "an existing file system is not changed, so this is left out")
    else:
        return True
    return False


def _check_together(said: Mapping[str, str], spot: Spot) -> None:
    """Report options that EFS refuses in combination."""
    throughput = said.get("throughput_mode") == "provisioned"
    if throughput != ("provisioned_throughput" in said):
        spot.error(
            "volume-option",
            "throughput_mode: provisioned and provisioned_throughput belong together; write both",
        )
    if said.get("performance_mode") == "maxIO" and said.get("throughput_mode") == "elastic":
        (spot / "performance_mode").error(
            "volume-option", "elastic throughput needs performance_mode: generalPurpose; write that"
        )
