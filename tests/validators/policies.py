"""parliament: what is wrong with the policies of roles, as a deployment resolves them."""

import json
import subprocess

from tests.simulator import Stack
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


def of_roles(stack: Stack) -> dict[str, object]:
    """Return the policies of the roles that a stack has made, by role and name."""
    found: dict[str, object] = {}
    call = stack.site.account.call
    for id_, resource in stack.resources.items():
        if resource.type != "AWS::IAM::Role":
            continue
        role = {"RoleName": resource.id}
        for name in call("iam", "ListRolePolicies", role)["PolicyNames"]:
            policy = call("iam", "GetRolePolicy", {**role, "PolicyName": name})
            found[f"{id_} {name}"] = policy["PolicyDocument"]
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
