"""parliament finds nothing in the policies of roles, as a deployment resolves them."""

import pytest

from tests.cases import CONVERTIBLE, Case
from tests.simulator import simulated
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
