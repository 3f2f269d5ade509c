"""Every template deploys: created, found unchanged, deleted again, in the simulator.

Whatever that takes is allowed by its policy.
"""

import pytest

from tests.cases import CONVERTIBLE, FolderCase, sampled
from tests.simulator import simulated
from tests.stack_requests import calls_noted, unauthorized
from tests.surroundings import Surroundings


@pytest.mark.parametrize("case", sampled(CONVERTIBLE, 12))
def test_template_deploys(case: FolderCase) -> None:
    with simulated() as cloud, calls_noted() as calls:
        submission = Surroundings(cloud.account).submission(case.template)
        stack = cloud.create("demo", submission)
        assert stack.status == "CREATE_COMPLETE"
        assert cloud.plan("again", "demo", submission).empty
        cloud.delete("demo")
        assert stack.status == "DELETE_COMPLETE"
    assert unauthorized(calls, submission) == []


@pytest.mark.slow
@pytest.mark.parametrize("case", CONVERTIBLE, ids=str)
def test_template_deploys_twice_in_an_account(case: FolderCase) -> None:
    with simulated() as cloud:
        surroundings = Surroundings(cloud.account)
        for name in ("blue", "green"):
            stack = cloud.create(name, surroundings.submission(case.template))
            assert stack.status == "CREATE_COMPLETE"
            # Two stacks cannot listen on one port of one load balancer, nor have one name of a
            # namespace in one VPC.
            surroundings.renew_load_balancers()
            if isinstance(case.load().project.x_aws_namespace, str):
                surroundings = Surroundings(cloud.account)
