"""Eight applications live in the simulator: created, updated, reduced by a service, deleted."""

from collections.abc import Mapping
from typing import NamedTuple

import pytest
import yaml

from compose2cfn import emit
from tests.cases import APPLICATIONS, FIXTURES, FolderCase
from tests.simulator import Cloud, Stack, Submission, simulated
from tests.simulator.template import Properties
from tests.stack_requests import calls_noted, unauthorized
from tests.surroundings import Surroundings

pytestmark = pytest.mark.slow

FOLDER = FIXTURES / APPLICATIONS


class Life(NamedTuple):
    """What happens to an application, and what follows from it."""

    image: tuple[str, str]
    """What the Compose file says of an image, and what it says later."""
    rolled: tuple[str, ...]
    """The services that get new tasks by that, by the stems of their ids."""
    interrupted: tuple[str, ...]
    """Those of them that stop before their next version starts."""
    removed: str
    """A service that is taken out of the file."""
    gone: tuple[str, ...]
    """How the ids begin that the stack loses with it."""
    changed: Mapping[str, str]
    """What changes with it, and whether it is replaced."""
    kept: tuple[str, ...]
    """The volumes that stay when the stack is deleted."""


LIVES = {
    "django": Life(
        image=("${IMAGE_TAG:-latest}", "2"),
        rolled=("Beat", "Web", "Worker"),
        interrupted=(),
        removed="worker",
        gone=("Worker",),
        # Only web still writes the volume media, so that it stops before its next version starts.
        changed={"WebService": "False", "WebTCP80TargetGroup": "False"},
        kept=("media", "pgdata"),
    ),
    "jobs": Life(
        image=("acme/api:1", "acme/api:2"),
        rolled=("Api",),
        interrupted=(),
        removed="report",
        gone=("Report",),
        changed={},
        kept=("pg",),
    ),
    "kafka": Life(
        image=("apache/kafka:4.0.0", "apache/kafka:4.1.0"),
        rolled=("Kafka",),
        interrupted=("Kafka",),
        removed="ui",
        # A name that only ui has for kafka goes with it.
        gone=("Ui", "KServiceDiscoveryEntry"),
        changed={},
        kept=("kafka",),
    ),
    "monorepo": Life(
        image=("nginx:1.29-alpine", "nginx:1.30-alpine"),
        rolled=("Proxy",),
        interrupted=(),
        removed="billing",
        gone=("Billing", "LoadBalancerTCP8443ListenerRule5"),
        changed={},
        kept=(),
    ),
    "nextcloud": Life(
        image=("nextcloud:31-apache", "nextcloud:32-apache"),
        rolled=("App", "Cron"),
        interrupted=(),
        removed="cron",
        gone=("Cron",),
        changed={"AppService": "False", "AppTCP80TargetGroup": "False"},
        kept=("db", "nextcloud"),
    ),
    "observability": Life(
        image=("grafana/grafana:12.1.0", "grafana/grafana:12.2.0"),
        rolled=("Grafana",),
        interrupted=("Grafana",),
        removed="loki",
        gone=("Loki",),
        changed={},
        kept=("grafana", "loki", "prom"),
    ),
    "spring-mysql": Life(
        image=("orders-api:2.3.1", "orders-api:2.3.2"),
        rolled=("Api",),
        interrupted=(),
        removed="api",
        gone=("Api", "FrontNetwork", "NetworkLoadBalancer"),
        changed={},
        kept=("mysql",),
    ),
    "wordpress": Life(
        image=("wordpress:6-apache", "wordpress:7-apache"),
        rolled=("Wordpress",),
        interrupted=(),
        removed="wordpress",
        gone=("DefaultNetworkFromLoadBalancer", "Html", "LoadBalancer", "Wordpress"),
        changed={},
        kept=("db", "html"),
    ),
}


class Application:
    """An application that is deployed."""

    def __init__(self, cloud: Cloud, name: str) -> None:
        self.case = FolderCase(FOLDER / name)
        self.cloud = cloud
        self.surroundings = Surroundings(cloud.account)
        self.text = self.case.read("compose.yaml")
        self.submissions: list[Submission] = []
        self.stack: Stack = cloud.create("demo", self.submission(self.text))

    def submission(self, text: str) -> Submission:
        """Convert another text of its Compose file."""
        made = self.surroundings.submission(emit(self.case.load_instead(text)).to_yaml())
        self.submissions.append(made)
        return made

    def changes(self, text: str) -> dict[str, str | None]:
        """Update it; give what changes, and whether it is replaced; None is what goes."""
        submission = self.submission(text)
        planned = self.cloud.plan("next", "demo", submission).changes
        self.cloud.update("demo", submission)
        assert self.stack.status == "UPDATE_COMPLETE"
        assert self.stack.leftovers == []
        assert [change.logical_id for change in planned if change.action == "Add"] == []
        return {change.logical_id: change.replacement for change in planned}

    def volumes(self) -> list[str]:
        """Name the volumes whose file systems exist, whether or not the stack does."""
        found = self.cloud.account.call("efs", "DescribeFileSystems", {})["FileSystems"]
        tags = ({tag["Key"]: tag["Value"] for tag in system["Tags"]} for system in found)
        return sorted(str(tag["com.docker.compose.volume"]) for tag in tags)


def without(text: str, service: str) -> str:
    """Take a service out of a Compose file, and out of what others wait for."""
    project: Properties = yaml.safe_load(text)
    del project["services"][service]
    for other in project["services"].values():
        match other.get("depends_on"):
            case dict(conditions):
                conditions.pop(service, None)
            case [*names]:
                other["depends_on"] = [waited for waited in names if waited != service]
    return yaml.safe_dump(project)


def test_every_application_has_a_life() -> None:
    assert sorted(LIVES) == sorted(folder.name for folder in FOLDER.iterdir())


@pytest.mark.parametrize("name", LIVES)
def test_an_application_is_updated_reduced_and_deleted(name: str) -> None:
    life = LIVES[name]
    with simulated() as cloud, calls_noted() as calls:
        application = Application(cloud, name)
        another_image_replaces_its_tasks_alone(application, life)
        a_service_goes_and_leaves_the_others(application, life)
        cloud.delete("demo")
        assert application.stack.status == "DELETE_COMPLETE"
        assert application.volumes() == [*life.kept]
    assert unauthorized(calls, *application.submissions) == []


def another_image_replaces_its_tasks_alone(application: Application, life: Life) -> None:
    """Update one image, and see which services roll, and which of them stop for it."""
    old, new = life.image
    assert old in application.text
    expected = {f"{stem}TaskDefinition": "True" for stem in life.rolled}
    expected |= {f"{stem}Service": "False" for stem in life.rolled}
    assert application.changes(application.text.replace(old, new)) == expected
    services = {stem: application.stack.resources[f"{stem}Service"] for stem in life.rolled}
    assert life.interrupted == tuple(
        stem
        for stem, service in services.items()
        if service.properties["DeploymentConfiguration"]["MaximumPercent"] == 100
    )


def a_service_goes_and_leaves_the_others(application: Application, life: Life) -> None:
    """Take a service out, and see what goes with it, what changes, and that data stays."""
    text = application.text.replace(*life.image)
    changes = application.changes(without(text, life.removed))
    gone = {id_ for id_, replacement in changes.items() if replacement is None}
    assert [id_ for id_ in gone if not id_.startswith(life.gone)] == []
    assert [stem for stem in life.gone if not any(id_.startswith(stem) for id_ in gone)] == []
    assert {id_: how for id_, how in changes.items() if how is not None} == life.changed
    assert application.volumes() == [*life.kept]
