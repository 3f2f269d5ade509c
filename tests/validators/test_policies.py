"""parliament finds nothing in the policies of roles, as a deployment resolves them."""

import json
import subprocess

import pytest

from tests.cases import CONVERTIBLE, Case
from tests.simulator import simulated
from tests.surroundings import Surroundings
from tests.validators.tools import environment

PARLIAMENT = "parliament==1.6.4"
PROGRAM = """
import json, sys
from parliament import analyze_policy_string
for name, document in json.load(sys.stdin).items():
    for finding in analyze_policy_string(json.dumps(document)).findings:
        print(name, finding.issue, finding.detail)
"""


REVIEWED = "RESOURCE_MISMATCH [{'action': 'ecr:BatchImportUpstreamImage', 'required_format': '*'}]"
"""What parliament says of an action that is newer than what it knows of: it is about a repository.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
"""


def policies(case: Case) -> dict[str, object]:
    """Deploy a template; return the policies of its roles by case, role and name."""
    found: dict[str, object] = {}
    with simulated() as cloud:
        surroundings = Surroundings(cloud.account)
        stack = cloud.create("demo", surroundings.submission(case.template))
        for id_, resource in stack.resources.items():
            if resource.type != "AWS::IAM::Role":
                continue
            role = {"RoleName": resource.id}
            for name in surroundings.call("iam", "ListRolePolicies", **role)["PolicyNames"]:
                policy = surroundings.call("iam", "GetRolePolicy", **role, PolicyName=name)
                found[f"{case} {id_} {name}"] = policy["PolicyDocument"]
    return found


def findings(documents: dict[str, object]) -> list[str]:
    """Ask parliament."""
    done = subprocess.run(
        [str(environment(PARLIAMENT) / "python"), "-W", "ignore", "-c", PROGRAM],
        input=json.dumps(documents),
        capture_output=True,
        text=True,
        check=True,
    )
    return [line for line in done.stdout.splitlines() if not line.endswith(REVIEWED)]


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
