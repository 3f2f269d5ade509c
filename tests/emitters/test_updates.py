"""How many tasks run while a new version takes the place of the old one."""

from hypothesis import given
from hypothesis import strategies as st

from compose2cfn import Memory, convert
from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings
from compose2cfn.model.deploy import Deploy, UpdateConfig
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import Launch, Platform, Scaling, TaskCount
from compose2cfn.plan.compute.updates import update_percents

TASKS = st.integers(1, 60)
AT_ONCE = st.integers(1, 60)


def percents(
    config: UpdateConfig, count: TaskCount, findings: Findings, *, stop_first: bool = False
) -> tuple[int, int]:
    """Return the percents of tasks that run at least and at most during an update."""
    service = Service.model_construct(deploy=Deploy.model_construct(update_config=config))
    launch = Launch(fargate=True, platform=Platform(), task_count=count)
    found = update_percents(service, launch, findings.at("services", "web"), stop_first=stop_first)
    assert isinstance(found.minimum, int)
    assert isinstance(found.maximum, int)
    return found.minimum, found.maximum


def during(tasks: int, least: int, most: int) -> tuple[int, int]:
    """Return the fewest and the most tasks during an update; ECS rounds up and down."""
    return -(-tasks * least // 100), tasks * most // 100


def update(config: UpdateConfig, tasks: int, *, stop_first: bool = False) -> tuple[int, int]:
    """Return the same for a number of tasks that is fixed."""
    found = percents(config, TaskCount(replicas=tasks), Findings(), stop_first=stop_first)
    return during(tasks, *found)


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


BOUNDS = st.tuples(TASKS, TASKS).map(sorted).map(tuple)
ORDERS = st.sampled_from(["", "start-first", "stop-first"])


@given(BOUNDS, AT_ONCE, ORDERS)
def test_scaling_never_stops_an_update_nor_more_tasks_than_it_must(
    bounds: tuple[int, int], at_once: int, order: str
) -> None:
    least, most = bounds
    config = UpdateConfig.model_construct(order=order, parallelism=at_once)
    scaling = Scaling(minimum=least, maximum=most, targets={}, path=KeyPath())
    findings = Findings()
    found = percents(config, TaskCount(scaling=scaling), findings)
    stopped = []
    for running in range(least, most + 1):
        fewest, largest = during(running, *found)
        assert fewest < largest, "no task can be replaced"
        stopped.append(running - fewest)
    told = "update-stops" in {one.code for one in findings.diagnostics}
    assert (max(stopped) > at_once) == told
    # ECS counts in percent: to stop one of the least number is to stop such a share of the largest.
    assert max(stopped) <= max(at_once, most // least + most // 100 + 1)
    if order == "start-first":
        assert max(stopped) == 0
    if order == "":
        assert not told


WRITERS = """
services:
  site: {image: site, volumes: ["site:/d"]}
  fixed: {image: site, volumes: ["fixed:/d"], x-aws-capacity: {min: 1}}
  off: {image: site, volumes: ["off:/d"], scale: 0}
  said: {image: site, volumes: ["said:/d"], deploy: {update_config: {order: stop-first}}}
  db: {image: postgres, volumes: ["db:/var/lib/postgresql/data"]}
x-aws-cluster: shop
volumes: {site: , fixed: , off: , said: , db: }
"""


def test_who_is_down_because_it_alone_writes_is_said_once() -> None:
    found = convert("c.yaml", files=Memory({"c.yaml": WRITERS})).diagnostics
    (said,) = (each for each in found if each.code == "update-stops")
    assert said.message.startswith("fixed and site are down during an update")
    assert "volume-shared" not in {each.code for each in found}


def test_a_service_without_tasks_stops_first_like_one_with_a_task() -> None:
    template = convert("c.yaml", files=Memory({"c.yaml": WRITERS})).to_yaml()
    assert template.count("MaximumPercent: 100\n") == 5


def test_a_service_without_tasks_has_none_that_write_together() -> None:
    text = 'services: {db: {image: postgres, scale: 0, volumes: ["data:/var/lib/postgresql"]}}\n'
    text += "volumes: {data: }\n"
    found = convert("c.yaml", files=Memory({"c.yaml": text})).diagnostics
    assert [each.message for each in found if each.code == "volume-writers"] == []
