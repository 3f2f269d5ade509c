"""Read ARNs: the names by which AWS identifies its resources."""

import re
from typing import NamedTuple

from compose2cfn.plan.terms.values import Value

_FORM = r"arn:(aws[a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|):(.+)"


class Arn(NamedTuple):
    """The parts of an ARN; region and account are empty where a service has none."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        return f"arn:{':'.join(self)}"


def read(value: Value | None) -> Arn | None:
    """Read an ARN; None for any other text, and for a value that is known only in the stack."""
    found = re.fullmatch(_FORM, value) if isinstance(value, str) else None
    return Arn(*found.groups()) if found else None
