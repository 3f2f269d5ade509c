"""What a file says about a service's own EC2 instances: ``x-aws-capacity`` and constraints."""

import re
from collections.abc import Mapping

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Spot
from compose2cfn.model.frozen import Record
from compose2cfn.plan.compute.instance_settings import IMAGE_DISK
from compose2cfn.plan.compute.settings import number_setting, text_setting
from compose2cfn.plan.terms.given import AMI, INSTANCE_TYPE, Existing
from compose2cfn.plan.terms.values import Value

INSTANCE_KEYS = ("ami", "disk", "machine", "max", "min")

_LARGEST_DISK = 16384
_CONSTRAINT = r"\s*node\.(ami|machine)\s*==\s*(\S+)\s*"


_ARM_FAMILY = r"a1|[a-z]+[0-9]+g[a-z]*"


class OwnInstances(Record):
    """A service's own EC2 instances; None where the file does not say."""

    type: Value | None = None
    image: Value | None = None
    minimum: int | Value | None = None
    maximum: int | Value | None = None
    disk: int | None = None
    """GiB."""

    def constrained(self, by: "OwnInstances") -> "OwnInstances":
        """Use the type and the image that constraints name, if they name them."""
        return self.but(type=by.type or self.type, image=by.image or self.image)


def read_own_instances(said: Mapping[str, object], spot: Spot) -> OwnInstances:
    """Read a mapping ``{machine, ami, min, max, disk}``."""
    for key in sorted(said.keys() - set(INSTANCE_KEYS)):
        (spot / key).error(
            "unknown-key",
            f"there is no such setting; write {listed(INSTANCE_KEYS)}",
        )
    minimum = number_setting(said.get("min"), spot / "min")
    maximum = number_setting(said.get("max"), spot / "max")
    if isinstance(minimum, int) and isinstance(maximum, int) and minimum > maximum:
        least, most = spot.shown(minimum, of="min"), spot.shown(maximum, of="max")
        about = f"min is {least}, but max is only {most}; write a larger max"
        spot.error("scaling-range", about)
    if maximum == 0:
        (spot / "max").error(
            "scaling-range", "without EC2 instances, nothing runs; write a max of 1 or more"
        )
    return OwnInstances(
        type=_given(INSTANCE_TYPE, said.get("machine"), spot / "machine"),
        image=_given(AMI, said.get("ami"), spot / "ami"),
        minimum=minimum,
        maximum=maximum,
        disk=_disk(said.get("disk"), spot / "disk"),
    )


def read_constraints(texts: tuple[str, ...], spot: Spot) -> OwnInstances | None:
    """Read the placement constraints that have a meaning on AWS; None if there are none."""
    found: dict[str, str] = {}
    for place, text in enumerate(texts):
        if known := re.fullmatch(_CONSTRAINT, text):
            found[known[1]] = known[2]
        else:
            (spot / place).warn(
                "constraint-ignored",
                "on AWS, a constraint is node.machine == TYPE or node.ami == ID; this one is left "
                "out",
            )
    if not found:
        return None
    return OwnInstances(
        type=_given(INSTANCE_TYPE, found.get("machine"), spot),
        image=_given(AMI, found.get("ami"), spot),
    )


def names_type(text: str) -> bool:
    """Tell whether a placement constraint names a type of EC2 instances."""
    known = re.fullmatch(_CONSTRAINT, text)
    return known is not None and known[1] == "machine"


def is_arm(name: str) -> bool:
    """Tell from the name of an instance type whether it has an ARM processor."""
    return bool(re.fullmatch(_ARM_FAMILY, name.partition(".")[0]))


def _given(kind: Existing, said: object, spot: Spot) -> Value | None:
    """Read what may be left out; a wrong value is reported and left out too."""
    given = text_setting(said, spot)
    if not isinstance(given, str):
        return given
    found = kind.find(given)
    if found is None:
        kind.refuse(given, spot)
    return found


def _disk(said: object, spot: Spot) -> int | None:
    """Read the size of the first disk of an EC2 instance."""
    size = number_setting(said, spot)
    if size is None:
        return None
    if isinstance(size, int) and IMAGE_DISK <= size <= _LARGEST_DISK:
        return size
    spot.error(
        "disk-size",
        f"must be from {IMAGE_DISK} to {_LARGEST_DISK} GiB; the image needs {IMAGE_DISK}",
    )
    return None
