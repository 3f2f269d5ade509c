"""A simulator of CloudFormation, so that templates can be deployed without an account.

It reads a template as CloudFormation does, makes each resource through API calls that moto
answers, updates a stack in CloudFormation's order (creations and changes first, deletions last),
foretells updates as change sets, and rolls back what fails. Each call is held against the API's
own description, and what AWS is known to refuse beyond that is refused too.

In process::

    with simulated() as cloud:
        stack = cloud.create("demo", Submission(text, {"VpcId": "vpc-…"}))

On the wire: ``python -m tests.simulator``, for boto3 and the aws command line.

What it cannot show: that a container starts, that a name resolves, that IAM lets a call through,
quotas.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from moto import mock_aws

from tests.simulator.cloud import Cloud, Submission
from tests.simulator.refusals import Refusal
from tests.simulator.stacks import Stack

__all__ = ["Cloud", "Refusal", "Stack", "Submission", "simulated"]


@contextmanager
def simulated() -> Iterator[Cloud]:
    """Return an empty account."""
    without_images = {"MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}  # a thousand, a tenth of a second
    with patch.dict(os.environ, without_images), mock_aws():
        yield Cloud()
