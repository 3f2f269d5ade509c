"""Stacks with volumes are updated: owners, locks, delays, and what AWS makes of each."""

import json

import pytest

from compose2cfn import Memory, convert
from tests.simulator import Cloud, Refusal, Stack, simulated
from tests.simulator.template import Properties
from tests.surroundings import Surroundings

pytestmark = pytest.mark.slow

DATABASE: Properties = {"image": "postgres:16", "volumes": ["data:/var/lib/postgresql/data"]}
SITE: Properties = {
    "image": "site",
    "ports": [{"target": 80, "published": "80", "app_protocol": "http"}],
    "volumes": ["data:/site"],
}


def project(service: Properties, **options: str) -> str:
    """Convert a project with one service and a volume."""
    volumes = {"data": {"driver_opts": options}}
    text = json.dumps({"services": {"app": service}, "volumes": volumes})
    return convert("c.yaml", files=Memory({"c.yaml": text})).to_yaml()


class Account:
    """An account with one stack in it."""

    def __init__(self, cloud: Cloud, template: str) -> None:
        self.cloud = cloud
        self.surroundings = Surroundings(cloud.account)
        self.stack: Stack = cloud.create("demo", self.surroundings.submission(template))
        assert self.stack.status == "CREATE_COMPLETE"

    def foretold(self, template: str) -> dict[str, tuple[str, str | None]]:
        """Say what an update would do with each resource."""
        changes = self.cloud.plan("next", "demo", self.surroundings.submission(template)).changes
        return {one.logical_id: (one.action, one.replacement) for one in changes}

    def update(self, template: str) -> None:
        """Update the stack; nothing is left over."""
        self.cloud.update("demo", self.surroundings.submission(template))
        assert self.stack.status == "UPDATE_COMPLETE"
        assert self.stack.leftovers == []

    def delete(self) -> None:
        """Delete the stack."""
        self.cloud.delete("demo")
        assert self.stack.status == "DELETE_COMPLETE"


def test_another_owner_replaces_the_access_point_and_no_file_system() -> None:
    """The new access point leads to the same directory, which keeps its owner."""
    with simulated() as cloud:
        account = Account(cloud, project(DATABASE))
        system = account.stack.resources["DataFilesystem"]
        point = account.stack.resources["DataAccessPoint"].id
        owned = project({**DATABASE, "user": "70:70"})
        foretold = account.foretold(owned)
        assert foretold["DataAccessPoint"] == ("Modify", "True")
        assert foretold["AppTaskDefinition"] == ("Modify", "True")
        assert "DataFilesystem" not in foretold
        account.update(owned)
        assert account.stack.resources["DataFilesystem"] is system
        assert account.stack.resources["DataAccessPoint"].id != point
        points = cloud.account.call("efs", "DescribeAccessPoints", {"FileSystemId": system.id})
        (left,) = points["AccessPoints"]
        assert left["RootDirectory"]["Path"] == "/data"
        account.delete()


@pytest.mark.parametrize("options", [{}, {"exclusive": "true"}], ids=["plain", "exclusive"])
def test_a_volume_that_is_renamed_keeps_its_data(options: dict[str, str]) -> None:
    def named(name: str, **said: object) -> str:
        database = {"image": "postgres:16", "volumes": [f"{name}:/var/lib/postgresql/data"]}
        volumes = {name: {"driver_opts": options, **said}}
        text = json.dumps({"services": {"app": database}, "volumes": volumes})
        return convert("c.yaml", files=Memory({"c.yaml": text})).to_yaml()

    with simulated() as cloud:
        account = Account(cloud, named("data"))
        before = {id_: one.id for id_, one in account.stack.resources.items()}
        account.update(named("files", **{"x-aws-name": "data"}))
        after = {id_: one.id for id_, one in account.stack.resources.items()}
        for id_ in ("DataFilesystem", "DataAccessPoint", "DataNFSMountTargetOnSubnet1"):
            assert after[id_] == before[id_]
        account.delete()


def test_throughput_and_backups_change_in_place() -> None:
    with simulated() as cloud:
        before = project(DATABASE, throughput_mode="bursting", backup_policy="DISABLED")
        account = Account(cloud, before)
        system = account.stack.resources["DataFilesystem"].id
        assert account.foretold(project(DATABASE))["DataFilesystem"] == ("Modify", "False")
        account.update(project(DATABASE))
        assert account.stack.resources["DataFilesystem"].id == system
        account.delete()


@pytest.mark.parametrize(
    ("option", "before", "after"),
    [
        ("performance_mode", "generalPurpose", "maxIO"),
        ("kms_key_id", "alias/one", "alias/other"),
    ],
)
def test_some_options_replace_a_file_system(option: str, before: str, after: str) -> None:
    """The old one is kept, with its data, and the new one is empty."""
    with simulated() as cloud:
        account = Account(cloud, project(DATABASE, **{option: before}))
        old = account.stack.resources["DataFilesystem"].id
        changed = project(DATABASE, **{option: after})
        assert account.foretold(changed)["DataFilesystem"] == ("Modify", "True")
        account.update(changed)
        systems = cloud.account.call("efs", "DescribeFileSystems", {})["FileSystems"]
        assert {old, account.stack.resources["DataFilesystem"].id} == {
            system["FileSystemId"] for system in systems
        }


def test_a_target_group_that_finishes_no_requests_stays() -> None:
    beside = {**SITE, "deploy": {"update_config": {"order": "start-first"}}}
    with simulated() as cloud:
        account = Account(cloud, project(beside))
        foretold = account.foretold(project(SITE))
        assert foretold["AppTCP80TargetGroup"] == ("Modify", "False")
        account.update(project(SITE))
        (group,) = cloud.account.call("elbv2", "DescribeTargetGroups", {})["TargetGroups"]
        arn = {"TargetGroupArn": group["TargetGroupArn"]}
        found = cloud.account.call("elbv2", "DescribeTargetGroupAttributes", arn)["Attributes"]
        delay = {"Key": "deregistration_delay.timeout_seconds", "Value": "0"}
        assert delay in found
        account.delete()


def test_a_volume_becomes_exclusive_and_shared_again() -> None:
    with simulated() as cloud:
        account = Account(cloud, project(DATABASE))
        locked = project(DATABASE, exclusive="true")
        foretold = account.foretold(locked)
        assert foretold.pop("DataAccessPointLock") == ("Add", None)
        assert {id_: how for id_, (_, how) in foretold.items()} == {
            "AppTaskDefinition": "True",
            "AppTaskRole": "False",
            "AppService": "False",
            **({"AppTaskExecutionRole": "False"} if "AppTaskExecutionRole" in foretold else {}),
        }
        account.update(locked)
        account.update(project({**DATABASE, "image": "postgres:17"}, exclusive="true"))
        account.update(project(DATABASE))
        account.delete()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("MaximumPercent: 100", "MaximumPercent: 200"),
        ("DesiredCount: 1", "DesiredCount: 2"),
    ],
)
def test_a_task_that_waits_for_a_lock_for_ever_is_refused(old: str, new: str) -> None:
    """What is refused in a file is what would not become stable."""
    template = project(DATABASE, exclusive="true")
    assert old in template
    with simulated() as cloud:
        account = Account(cloud, template)
        with pytest.raises(Refusal, match="did not stabilize: a task waits for a lock"):
            account.update(template.replace(old, new))
        assert account.stack.status == "UPDATE_ROLLBACK_COMPLETE"


def test_stacks_that_share_a_directory_wait_for_each_other() -> None:
    options = {"exclusive": "true", "root_directory": "/shop"}
    volume = {"x-aws-filesystem": "fs-01234567", "driver_opts": options}
    file = {"x-aws-cluster": "shop", "services": {"app": DATABASE}, "volumes": {"data": volume}}
    template = convert("c.yaml", files=Memory({"c.yaml": json.dumps(file)})).to_yaml()
    with simulated() as cloud:
        account = Account(cloud, template)
        with pytest.raises(Refusal, match="its task waits for a lock that"):
            cloud.create("other", account.surroundings.submission(template))
        account.delete()


def test_a_lock_without_a_check_keeps_a_task_from_being_healthy() -> None:
    """HEALTHY and UNKNOWN are UNKNOWN."""
    checked = {**DATABASE, "healthcheck": {"test": ["CMD", "pg_isready"], "start_period": "2m"}}
    template = project(checked, exclusive="true")
    check = """        HealthCheck:
          Command:
          - CMD
          - 'true'
"""
    assert template.count(check) == 1
    with simulated() as cloud:
        Account(cloud, template).delete()
    with simulated() as cloud, pytest.raises(Refusal, match="its tasks stay UNKNOWN"):
        Account(cloud, template.replace(check, ""))


def test_efs_has_no_hidden_directory_for_a_lock() -> None:
    """A folder whose name begins with a dot is refused by access points."""
    template = project(DATABASE, exclusive="true")
    hidden = template.replace("Path: /data.lock", "Path: /.locks/data")
    assert hidden != template
    with simulated() as cloud, pytest.raises(Refusal):
        Account(cloud, hidden)


def test_a_delay_has_bounds() -> None:
    template = project(SITE)
    with simulated() as cloud, pytest.raises(Refusal, match="between 0 and 3600"):
        Account(cloud, template.replace("Value: '0'", "Value: '-1'"))
