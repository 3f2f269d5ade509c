"""Hold templates against rules that were each reproduced with a deployment that failed.

AWS's own template engine (cloudformation-validate) runs the rules of the npm package
cdk-preflight (Apache-2.0), which is fetched once into a cache; so node and npm must be there.

    python -m tests.validators.deploy_rules TEMPLATE...   # findings; exit 1 if there are any
"""

import json
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import cloudformation_validate

from tests.simulator.template import Properties
from tests.validators.tools import package

PACKAGE = "cdk-preflight@0.0.143"
SERVICES = {
    "ApplicationAutoScaling",
    "AutoScaling",
    "CloudFormation",
    "CodeBuild",
    "CodePipeline",
    "EC2",
    "ECR",
    "ECS",
    "EFS",
    "ElasticLoadBalancingV2",
    "Events",
    "IAM",
    "KMS",
    "Logs",
    "Route53",
    "S3",
    "SSM",
    "Scheduler",
    "SecretsManager",
    "ServiceDiscovery",
}
QUIET = {
    "W9002",  # a literal ARN: only those that the user wrote (see invariants.py)
    "W9013",  # an account in such an ARN
}
MISTAKEN = "above Memory 0; RegisterTaskDefinition"
"""What a rule says of a container without Memory, which it means to pass over: the engine reads
what is not there as 0. The simulator compares reservations with limits."""
DUMP = (
    "const rules = require('./package/lib/rules.generated.js');"
    "console.log(JSON.stringify([rules.BUNDLED_LIBS, rules.BUNDLED_RULES]))"
)


def fetch() -> list[Properties]:
    """Return the rules that concern what we emit, and the libraries they use."""
    dumped = subprocess.run(
        ("node", "-e", DUMP),
        cwd=package(PACKAGE).parent,
        check=True,
        capture_output=True,
        text=True,
    )
    libraries, rules = json.loads(dumped.stdout)
    return [*libraries, *(rule for rule in rules if _concerns_us(rule))]


def _concerns_us(rule: Properties) -> bool:
    kinds = [kind.split("::") for kind in rule.get("resourceTypes") or []]
    return any(len(kind) > 1 and kind[1] in SERVICES for kind in kinds)


@lru_cache
def engine() -> cloudformation_validate.CompositeEngine:
    """Make the engine; it takes about 0.6 s, and then 0.03 s for each template."""
    sources = [
        cloudformation_validate.ExternalRuleSource(
            name=rule.get("name") or rule["id"], content=rule["rego"]
        )
        for rule in fetch()
    ]
    config = cloudformation_validate.CompositeEngineConfig(rego_rules=sources)
    return cloudformation_validate.CompositeEngine(config)


def findings(template: Path) -> list[str]:
    """Name the errors and warnings of a template; its absence or wrong form raises."""
    report = engine().validate_template(str(template))
    return sorted(
        {
            f"{one.severity.name.lower()}: {one.message} [{one.rule_id}]"
            for one in report.diagnostics
            if one.severity.name != "INFO"
            and one.rule_id not in QUIET
            and MISTAKEN not in one.message
        }
    )


if __name__ == "__main__":
    found = [f"{name}: {line}\n" for name in sys.argv[1:] for line in findings(Path(name))]
    sys.stdout.writelines(found)
    sys.exit(bool(found))
