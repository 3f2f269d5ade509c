"""How far a policy reaches: which partition, region, account and stack it is about."""

import re
from collections.abc import Mapping
from typing import NamedTuple

ANY = "*"

_PARTITIONS = (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov"), ("eusc-", "aws-eusc"))
"""The partitions of regions, by how these begin.

https://docs.aws.amazon.com/general/latest/gr/rande.html
"""

_FORMS: Mapping[str, tuple[str, str]] = {
    "partition": (r"aws(-[a-z]+)*", "a partition; write e.g. aws or aws-cn"),
    "region": (r"\*|[a-z]{2,}(-[a-z]+)+-[0-9]+", "a region; write e.g. eu-west-1"),
    "account": (r"\*|[0-9]{12}", "an account; write its 12 digits"),
    "stack": (r"[A-Za-z*][-A-Za-z0-9*]{0,127}", "the name of a stack; write e.g. shop or shop-*"),
    "role": (r"[\w+=,.@*-]{0,64}", "the name of a role; write e.g. cloudformation-shop"),
    "bucket": (r"[a-z0-9.*-]{1,63}", "the name of a bucket; write e.g. example-templates"),
}


class Reach(NamedTuple):
    """What the ARNs of a policy are about; `ANY` reaches everything.

    IAM accepts no wildcard for the partition: by default, it is that of the region.
    """

    partition: str = ""
    region: str = ANY
    account: str = ANY
    stack: str = ANY
    """The name of the stack, which may have wildcards."""
    role: str = ""
    """The name of CloudFormation's service role; by default ``cloudformation-`` and the stack's."""
    bucket: str = ANY
    """The bucket that templates are uploaded to which are too large for a request."""

    def whole(self) -> "Reach":
        """Fill in what follows from the rest; raises `ValueError` for what AWS would refuse."""
        for text, (form, wanted) in zip(self, _FORMS.values(), strict=True):
            if text and not re.fullmatch(form, text, re.ASCII):
                raise ValueError(f"{text!r} is not {wanted}")
        known = (found for start, found in _PARTITIONS if self.region.startswith(start))
        partition = self.partition or next(known, "aws")
        return self._replace(
            partition=partition, role=self.role or f"cloudformation-{self.stack}"[:64]
        )

    def arn(self, service: str, resource: str) -> str:
        """Write the ARN of a resource of the region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"

    def global_arn(self, service: str, resource: str) -> str:
        """Write the ARN of a resource that belongs to no region."""
        return f"arn:{self.partition}:{service}::{self.account}:{resource}"

    def prefix(self, length: int) -> str:
        """Write how the names begin that CloudFormation makes for resources of the stack.

        It shortens the name of the stack where names have a limit; ``length`` is what surely stays.
        """
        if len(self.stack) <= length:
            return self.stack if self.stack.endswith(ANY) else f"{self.stack}-*"
        return f"{self.stack[:length].rstrip('-')}*"
