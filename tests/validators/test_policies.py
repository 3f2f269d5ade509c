"""parliament finds nothing in the policies of roles, as a deployment resolves them.

Nor does it in those that deploying takes, but for what is newer than what it knows.
"""

import json

import pytest

from compose2cfn.policy import Reach, deployment_grants
from tests.cases import CONVERTIBLE, Case, FolderCase
from tests.iam import Document
from tests.simulator import simulated
from tests.stack_requests import HERE
from tests.surroundings import Surroundings
from tests.validators.policies import findings, of_roles


def policies(case: Case) -> dict[str, object]:
    """Deploy a template; return the policies of its roles by case, role and name."""
    with simulated() as cloud:
        stack = cloud.create("demo", Surroundings(cloud.account).submission(case.template))
        return {f"{case} {name}": document for name, document in of_roles(stack).items()}


@pytest.mark.slow
def test_parliament_finds_nothing() -> None:
    documents: dict[str, object] = {}
    for case in CONVERTIBLE:
        documents |= policies(case)
    assert len(documents) > len(CONVERTIBLE)
    assert findings(documents) == []


@pytest.mark.slow
def test_parliament_looks_at_policies() -> None:
    statement = {"Effect": "Allow", "Action": "s3:GetObjekt", "Resource": "*"}
    wrong = {"Version": "2012-10-17", "Statement": [statement]}
    (finding,) = findings({"wrong": wrong})
    assert finding.startswith("wrong UNKNOWN_ACTION")


def deploying(case: FolderCase) -> dict[str, object]:
    """Write the policies that it takes to deploy a template, somewhere and anywhere."""
    found: dict[str, object] = {}
    for reach in (HERE, Reach()):
        grants = deployment_grants(case.result.to_dict(), reach)
        for number, document in enumerate((*grants.service_role, *grants.caller)):
            found[f"{case} {reach.stack} {number}"] = _both_kinds(document)
    return found


def _both_kinds(document: Document) -> Document:
    """Name both kinds of load balancers where one is named: parliament asks for both."""
    statements = [
        {
            **statement,
            "Resource": sorted({*map(_other_kind, statement["Resource"]), *statement["Resource"]}),
        }
        for statement in document["Statement"]
    ]
    return {**document, "Statement": statements}


def _other_kind(arn: str) -> str:
    return arn.replace("/app/", "/net/") if "/app/" in arn else arn.replace("/net/", "/app/")


REVIEWED_FOR_DEPLOYING = (
    # That of FARGATE does not belong to the account, and no page says how its ARN is written.
    "RESOURCE_STAR ['ecs:DescribeCapacityProviders']",
    # Parameters of AWS belong to no account.
    # https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters-ami.html
    "[{'action': 'ssm:GetParameters', 'required_format': 'arn:*:ssm:*:*:parameter/*'}]",
    # It is newer than what parliament knows of.
    # https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopServiceDeployment.html
    "UNKNOWN_ACTION Unknown action ecs:StopServiceDeployment",
)


@pytest.mark.slow
def test_parliament_finds_nothing_in_what_deploying_takes() -> None:
    documents = {
        json.dumps(document): name
        for case in CONVERTIBLE
        for name, document in deploying(case).items()
    }
    said = findings({name: json.loads(text) for text, name in documents.items()})
    assert [line for line in said if not line.endswith(REVIEWED_FOR_DEPLOYING)] == []
    assert all(any(line.endswith(each) for line in said) for each in REVIEWED_FOR_DEPLOYING)
