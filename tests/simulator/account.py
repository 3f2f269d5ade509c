"""The way to AWS: every call is held against the input shape of the API before moto gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import boto3
from botocore import xform_name

from tests.simulator.shapes import to_api

ACCOUNT_ID = "123456789012"
PARTITION = "aws"
CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
Answer = dict[str, Any]

make_client = lru_cache(boto3.client)


@dataclass(frozen=True)
class Account:
    """One account in one region, inside `moto.mock_aws`."""

    region: str = "us-east-1"

    def spell(
        self, service: str, operation: str, arguments: Mapping[str, object]
    ) -> dict[str, object]:
        """Spell the arguments of an API operation as the API does.

        They may be spelled as in CloudFormation: member names in any case, numbers as text.
        Raises `ShapeFault` for what the API's description does not allow.
        """
        model = make_client(service, self.region, **CREDENTIALS).meta.service_model
        shape = model.operation_model(operation).input_shape
        spelled: Any = to_api(dict(arguments), shape, operation) if shape else {}
        return dict(spelled)

    def call(self, service: str, operation: str, arguments: Mapping[str, object]) -> Answer:
        """Call an API operation with arguments that `spell` spells.

        Raises botocore's `ClientError` for what moto refuses.
        """
        spelled = self.spell(service, operation, arguments)
        client = make_client(service, self.region, **CREDENTIALS)
        answer: Answer = getattr(client, xform_name(operation))(**spelled)
        return answer

    def arn(self, service: str, resource: str) -> str:
        """Write an ARN of this account and region."""
        return f"arn:{PARTITION}:{service}:{self.region}:{ACCOUNT_ID}:{resource}"
