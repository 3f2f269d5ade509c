"""How many tasks run while a new version takes the place of the old one."""

from hypothesis import given
from hypothesis import strategies as st

from compose2cfn.findings import Findings
from compose2cfn.model.deploy import Deploy, UpdateConfig
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import Launch, Platform, TaskCount
from compose2cfn.plan.compute.updates import update_percents

TASKS = st.integers(1, 60)
AT_ONCE = st.integers(1, 60)


def update(config: UpdateConfig, tasks: int, *, stop_first: bool = False) -> tuple[int, int]:
    """Return the least and most tasks that ECS runs during an update: it rounds up and down."""
    service = Service.model_construct(deploy=Deploy.model_construct(update_config=config))
    launch = Launch(fargate=True, platform=Platform(), count=TaskCount(tasks))
    found = update_percents(
        service, launch, Findings().at("services", "web"), stop_first=stop_first
    )
    assert isinstance(found.minimum, int)
    assert isinstance(found.maximum, int)
    return -(-tasks * found.minimum // 100), tasks * found.maximum // 100


@given(TASKS, AT_ONCE)
def test_stop_first_takes_away_as_many_as_said(tasks: int, at_once: int) -> None:
    config = UpdateConfig.model_construct(order="stop-first", parallelism=at_once)
    assert update(config, tasks) == (max(tasks - at_once, 0), tasks)


@given(TASKS, AT_ONCE)
def test_start_first_adds_as_many_as_said(tasks: int, at_once: int) -> None:
    config = UpdateConfig.model_construct(order="start-first", parallelism=at_once)
    fewest, most = update(config, tasks)
    assert fewest == tasks
    assert tasks + min(at_once, tasks) <= most <= tasks + min(at_once, tasks) + tasks // 100 + 1


@given(TASKS, AT_ONCE)
def test_parallelism_alone_does_both(tasks: int, at_once: int) -> None:
    fewest, most = update(UpdateConfig.model_construct(parallelism=at_once), tasks)
    assert fewest == max(tasks - at_once, 0)
    assert most >= tasks + min(at_once, tasks)


@given(TASKS)
def test_all_at_once(tasks: int) -> None:
    config = UpdateConfig.model_construct(parallelism=0)
    assert update(config, tasks) == (0, 2 * tasks)


@given(TASKS, st.none() | AT_ONCE)
def test_what_must_not_overlap_stops_first(tasks: int, at_once: int | None) -> None:
    config = UpdateConfig.model_construct(parallelism=at_once)
    expected = max(tasks - (at_once or 1), 0), tasks
    assert update(config, tasks, stop_first=True) == expected
