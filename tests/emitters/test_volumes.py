"""Volumes keep their ids and their data, no matter what else is in the file."""

import json
import re
from itertools import permutations

import pytest

from compose2cfn import ComposeError, Memory, load
from compose2cfn.plan.compute.instance_types import INSTANCE_TYPES
from compose2cfn.plan.make import Plan
from compose2cfn.plan.storage.efs_options import EFS_OPTIONS
from compose2cfn.plan.storage.tmpfs import TMPFS_OPTIONS
from tests.emitters.machine import converted
from tests.emitters.test_values_of_aws import schema
from tests.simulator import simulated
from tests.simulator.template import Properties
from tests.surroundings import Surroundings

SUBNETS = [f"subnet-0123456789abcdef{number}" for number in range(3)]


def volumes(*mounts: object, subnets: object = 2, **volume: object) -> str:
    """Write a Compose file with a service that mounts these."""
    return json.dumps(
        {
            "x-aws-subnets": subnets,
            "services": {"app": {"image": "app:1", "volumes": list(mounts or ["data:/data"])}},
            "volumes": {"data": volume},
        }
    )


def resources(text: str, kind: str) -> dict[str, Properties]:
    """Return the resources of a kind that a Compose file becomes."""
    found = json.loads(converted(text).to_json())["Resources"]
    return {id_: one for id_, one in found.items() if one["Type"] == f"AWS::EFS::{kind}"}


def part(subpath: str) -> dict[str, object]:
    """Write a mount of a part of a volume."""
    mount = {"type": "volume", "source": "data", "target": f"/{subpath}"}
    return {**mount, "volume": {"subpath": subpath}}


def test_order_of_subnets_leaves_mount_targets_alone() -> None:
    first, *others = (
        resources(volumes(subnets=list(order)), "MountTarget") for order in permutations(SUBNETS)
    )
    assert len(first) == 3
    assert all(other == first for other in others)


def test_a_stack_takes_another_order_of_subnets() -> None:
    texts = [
        converted(volumes(subnets=order)).to_yaml() for order in (SUBNETS, list(reversed(SUBNETS)))
    ]
    with simulated() as cloud:
        before, after = map(Surroundings(cloud.account).submission, texts)
        stack = cloud.create("demo", before)
        assert stack.status == "CREATE_COMPLETE"
        changed = [change.logical_id for change in cloud.plan("other", "demo", after).changes]
        assert changed == ["AppService"]


def test_another_subnet_adds_a_mount_target() -> None:
    two = resources(volumes(subnets=SUBNETS[1:]), "MountTarget")
    three = resources(volumes(subnets=SUBNETS), "MountTarget")
    assert two.items() < three.items()


def test_parameters_for_subnets_are_counted() -> None:
    assert set(resources(volumes(subnets=3), "MountTarget")) == {
        "DataNFSMountTargetOnSubnet1",
        "DataNFSMountTargetOnSubnet2",
        "DataNFSMountTargetOnSubnet3",
    }


def test_parts_have_access_points_of_their_own() -> None:
    parts = ("a-b", "ab", "aB", "a/b", "A/b", "a.b", "a_b")
    found = resources(volumes(*map(part, parts)), "AccessPoint")
    paths = [one["Properties"]["RootDirectory"]["Path"] for one in found.values()]
    assert sorted(paths) == sorted(f"/data/{part}" for part in parts)


def test_another_part_renames_none() -> None:
    one = resources(volumes(part("b")), "AccessPoint")
    more = resources(volumes(part("a"), part("b"), "data:/data"), "AccessPoint")
    assert one.items() < more.items()


def test_slash_at_the_end_of_a_part_means_nothing() -> None:
    found = resources(volumes(part("a"), {**part("a/"), "target": "/other"}), "AccessPoint")
    assert len(found) == 1


def test_everybody_may_write_where_nothing_is_said() -> None:
    (found,) = resources(volumes(), "AccessPoint").values()
    assert "PosixUser" not in found["Properties"]
    made = found["Properties"]["RootDirectory"]["CreationInfo"]
    assert made == {"OwnerGid": "0", "OwnerUid": "0", "Permissions": "0777"}


def test_file_systems_outlive_their_stack() -> None:
    (found,) = resources(volumes(), "FileSystem").values()
    assert found["DeletionPolicy"] == "RetainExceptOnCreate"
    assert found["UpdateReplacePolicy"] == "Retain"


def test_name_of_a_volume_is_a_tag_if_it_can_be_one() -> None:
    (found,) = resources(volumes(name="Shop data"), "FileSystem").values()
    assert {"Key": "Name", "Value": "Shop data"} in found["Properties"]["FileSystemTags"]
    result = converted(volumes(name="data*"))
    assert "data*" not in result.to_yaml()
    assert [str(d.severity) for d in result.diagnostics if d.code == "tag-unfit"] == ["warning"]


@pytest.mark.parametrize(
    "said", [{"external": True, "name": "fs-01234567"}, {"x-aws-filesystem": "fs-01234567"}]
)
def test_file_system_that_exists_gets_no_second_mount_target(said: dict[str, object]) -> None:
    assert not resources(volumes(**said), "MountTarget")
    assert not resources(volumes(**said), "FileSystem")
    (point,) = resources(volumes(**said), "AccessPoint").values()
    assert "RootDirectory" not in point["Properties"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("backup_policy", "ON"),
        ("gid", "-1"),
        ("gid", "٣"),
        ("kms_key_id", ""),
        ("kms_key_id", "1234"),
        ("kms_key_id", "arn:aws:kms:us-east-1:123456789012:grant/x"),
        ("lifecycle_policy", "AFTER_0_DAYS"),
        ("performance_mode", "maxio"),
        ("permissions", "0999"),
        ("permissions", "0555"),
        ("permissions", "07777"),
        ("provisioned_throughput", "0.5"),
        ("provisioned_throughput", "3414.5"),
        ("provisioned_throughput", "fast"),
        ("root_directory", "data"),
        ("root_directory", "/a\nb"),
        ("throughput_mode", "Elastic"),
        ("uid", "4294967296"),
        ("uid", "root"),
    ],
)
def test_option_that_efs_does_not_take_is_refused(option: str, value: str) -> None:
    with pytest.raises(ComposeError) as caught:
        converted(volumes(driver_opts={option: value}))
    where = f"error: volumes.data.driver_opts.{option}: must be "
    assert [str(d) for d in caught.value.diagnostics if where in str(d)]


@pytest.mark.parametrize(
    "directory", ["/" + "x" * 100, "/a/b/c/d/e", "/a//b", "/.a", "/a/../b", "/a*", "/a;b"]
)
def test_directory_that_efs_does_not_take_is_refused(directory: str) -> None:
    with pytest.raises(ComposeError, match="is not valid on EFS"):
        converted(volumes(driver_opts={"root_directory": directory}))


@pytest.mark.parametrize("directory", ["/a b", "/a/b/c/d", "/ä", "/a.b/c-d", "/x" + "y" * 98])
def test_directory_that_efs_takes(directory: str) -> None:
    (found,) = resources(volumes(driver_opts={"root_directory": directory}), "AccessPoint").values()
    assert found["Properties"]["RootDirectory"]["Path"] == directory


def test_choices_are_those_of_cloudformation() -> None:
    known = json.loads(schema("AWS::EFS::FileSystem"))
    lifecycle = known["definitions"]["LifecyclePolicy"]["properties"]["TransitionToIA"]["enum"]
    for option, words in (
        ("backup_policy", known["definitions"]["BackupPolicy"]["properties"]["Status"]["enum"]),
        ("lifecycle_policy", lifecycle),
        ("performance_mode", known["properties"]["PerformanceMode"]["enum"]),
        ("throughput_mode", known["properties"]["ThroughputMode"]["enum"]),
    ):
        assert all(EFS_OPTIONS[option].takes(word) for word in words), option


def test_options_of_memory_are_those_of_ecs() -> None:
    definitions = json.loads(schema("AWS::ECS::TaskDefinition"))["definitions"]
    told = definitions["Tmpfs"]["properties"]["MountOptions"]["description"]
    assert set(re.findall(r'"(\w+)"', told)) == TMPFS_OPTIONS


@pytest.mark.parametrize(
    ("said", "size"),
    [("1", 1), ("1k", 1), ("1048577", 2), ("64m", 64), ("64M", 64), ("2g", 2048)],
)
def test_sizes_of_memory(said: str, size: int) -> None:
    text = json.dumps({"services": {"app": {"image": "app:1", "tmpfs": f"/run:size={said}"}}})
    task = json.loads(converted(text).to_json())["Resources"]["AppTaskDefinition"]["Properties"]
    (app,) = [one for one in task["ContainerDefinitions"] if one["Name"] == "app"]
    assert app["LinuxParameters"]["Tmpfs"] == [{"ContainerPath": "/run", "Size": size}]


def test_more_volumes_than_a_role_can_allow_are_refused() -> None:
    def many(number: int) -> str:
        names = [f"volume-{index:02}" for index in range(number)]
        app = {"image": "app:1", "volumes": [f"{name}:/{name}" for name in names]}
        return json.dumps({"services": {"app": app}, "volumes": {name: {} for name in names}})

    assert len(resources(many(20), "FileSystem")) == 20
    with pytest.raises(ComposeError, match=r"all policies of a role have at most 10240"):
        converted(many(30))


def takers(number: int, back: int) -> Plan:
    """Plan services each of which takes the volumes of as many before it."""
    services: dict[str, dict[str, object]] = {
        f"s{index}": {
            "image": "app:1",
            "volumes_from": [f"s{index - step}" for step in range(1, back + 1) if step <= index],
        }
        for index in range(number)
    }
    services["s0"]["volumes"] = ["data:/data"]
    text = json.dumps({"services": services, "volumes": {"data": {}}})
    return Plan(load("compose.yaml", files=Memory({"compose.yaml": text})))


@pytest.mark.parametrize(("number", "back"), [(1200, 1), (60, 2)])
def test_volumes_are_taken_along_long_chains(number: int, back: int) -> None:
    mounts = takers(number, back).storage.mounts
    assert [len(mounts[f"s{index}"].attachments) for index in range(number)] == [1] * number


def told_of_zones(*services: dict[str, object], **volume: object) -> list[str]:
    """List the services that are told to choose subnets in the zones of their volumes."""
    named = {f"s{index}": {"image": "app:1", **one} for index, one in enumerate(services)}
    found = converted(json.dumps({"services": named, "volumes": {"data": volume}})).diagnostics
    return [str(one.path[1]) for one in found if one.code == "subnet-volume"]


def test_subnets_of_a_task_need_the_zones_of_all_its_volumes() -> None:
    mounting: dict[str, object] = {"volumes": ["data:/data"]}
    choosing: dict[str, object] = {"x-aws-subnets": 2}
    job = {"condition": "service_completed_successfully"}
    assert told_of_zones(mounting, choosing) == []
    assert told_of_zones(mounting | choosing) == ["s0"]
    assert told_of_zones(mounting, {"volumes_from": ["s0"], **choosing}) == ["s1"]
    assert told_of_zones(mounting, {"depends_on": {"s0": job}, **choosing}) == ["s1"]


def test_subnets_need_no_zones_of_a_file_system_that_exists() -> None:
    service: dict[str, object] = {"volumes": ["data:/data"], "x-aws-subnets": 2}
    assert told_of_zones(service, external=True, name="fs-01234567") == []


def test_tasks_that_write_a_volume_are_known() -> None:
    text = json.dumps(
        {
            "services": {
                "writer": {"image": "a", "volumes": ["data:/data"]},
                "reader": {"image": "a", "volumes": ["data:/data:ro"]},
                "taker": {"image": "a", "volumes_from": ["writer:ro"]},
                "scratch": {"image": "a", "volumes": ["/data"], "tmpfs": "/run"},
                "side": {"image": "a", "volumes": ["data:/data"], "network_mode": "service:main"},
                "main": {"image": "a"},
                "left": {"image": "a", "volumes": [directory("a")]},
                "right": {"image": "a", "volumes": [directory("ab"), directory("b/c")]},
                "below": {"image": "a", "volumes": [directory("a/b")]},
                "all": {"image": "a", "volumes": ["other:/other"]},
            },
            "volumes": {"data": {}, "parts": {}, "other": {}},
        }
    )
    plan = Plan(load("compose.yaml", files=Memory({"compose.yaml": text})))
    assert [(one.volume, one.writers) for one in plan.storage.written] == [
        ("data", ("main", "writer")),
        ("other", ("all",)),
        ("parts", ("below", "left")),
        ("parts", ("below", "left")),
        ("parts", ("right",)),
        ("parts", ("right",)),
    ]


def directory(path: str) -> dict[str, object]:
    """Mount a directory of a volume."""
    volume = {"subpath": path}
    return {"type": "volume", "source": "parts", "target": f"/{path}", "volume": volume}


def creation(*users: str, **volume: object) -> object:
    """Tell how the directory is made of a volume that services with these users write to."""
    services = {
        f"s{index}": {"image": "a", "user": user, "volumes": ["data:/data"]}
        for index, user in enumerate(users)
    }
    text = json.dumps({"services": services, "volumes": {"data": volume}})
    (point,) = resources(text, "AccessPoint").values()
    made = point["Properties"]["RootDirectory"]["CreationInfo"]
    return made["OwnerUid"], made["OwnerGid"], made["Permissions"]


@pytest.mark.parametrize(
    ("users", "owner"),
    [
        (["70:70"], ("70", "70")),
        (["070:0070"], ("70", "70")),
        (["70"], ("70", "0")),
        (["70:postgres"], ("70", "0")),
        (["postgres:70"], ("0", "0")),
        (["postgres"], ("0", "0")),
        ([""], ("0", "0")),
        (["2147483648"], ("0", "0")),
        (["³"], ("0", "0")),
        (["70:70", "70:70", "", "node"], ("70", "70")),
        (["0:0", "70:70"], ("70", "70")),
        (["70:70", "71:71"], ("0", "0")),
        (["70", "70:70"], ("0", "0")),
    ],
)
def test_numeric_user_owns_a_new_volume(users: list[str], owner: tuple[str, str]) -> None:
    assert creation(*users) == (*owner, "0777")


def test_options_of_a_volume_say_who_owns_it() -> None:
    assert creation("70:70", driver_opts={"uid": "1", "gid": "2"}) == ("1", "2", "0755")
    assert creation("70:70", driver_opts={"permissions": "0700"}) == ("70", "70", "0700")


@pytest.mark.parametrize(
    ("users", "told"),
    [
        (["postgres"], "user of s0, so the volume belongs to root"),
        (["app", "node:node"], "user of s0 and s1, so the volume belongs to root"),
        (["app", "1000"], ""),
        (["root"], ""),
        (["", "root:root", "0"], ""),
    ],
)
def test_a_user_whose_number_only_the_image_knows_is_told(users: list[str], told: str) -> None:
    """PostgreSQL ends at its first start if its directory belongs to somebody else."""
    mounts = {"image": "a", "volumes": ["data:/data"]}
    services = {f"s{place}": {**mounts, "user": user} for place, user in enumerate(users)}
    made = converted(json.dumps({"services": services, "volumes": {"data": {}}}))
    messages = [one.message for one in made.diagnostics if one.code == "volume-owner"]
    assert len(messages) == bool(told)
    assert all(told in message for message in messages)


def test_an_owner_is_no_user_of_an_access_point() -> None:
    """Whoever mounts it stays who it is."""
    text = json.dumps(
        {
            "services": {"app": {"image": "a", "user": "70:70", "volumes": ["data:/data"]}},
            "volumes": {"data": {}},
        }
    )
    (point,) = resources(text, "AccessPoint").values()
    assert "PosixUser" not in point["Properties"]


@pytest.mark.parametrize(
    ("mount", "said", "found"),
    [
        ("data:/data", {}, ("elastic", "ENABLED")),
        ("data:/data:ro", {}, (None, None)),
        ("data:/data", {"throughput_mode": "bursting"}, ("bursting", "ENABLED")),
        ("data:/data", {"performance_mode": "maxIO"}, (None, "ENABLED")),
        ("data:/data", {"backup_policy": "DISABLED"}, ("elastic", "DISABLED")),
        ("data:/data:ro", {"backup_policy": "ENABLED"}, (None, "ENABLED")),
    ],
)
def test_what_is_written_is_backed_up_and_fast(
    mount: str, said: dict[str, str], found: tuple[str | None, str | None]
) -> None:
    (system,) = resources(volumes(mount, driver_opts=said), "FileSystem").values()
    made = system["Properties"]
    assert (made.get("ThroughputMode"), made.get("BackupPolicy", {}).get("Status")) == found


@pytest.mark.parametrize(
    ("service", "size"),
    [
        ({"tmpfs": "/a:size=1g"}, ("256", "2048")),
        ({"tmpfs": ["/a:size=200m", "/b:size=100m"]}, ("256", "1024")),
        ({"tmpfs": "/a:size=256m"}, ("256", "512")),
        ({"tmpfs": ["/a", "/b", "/c", "/d", "/e"]}, ("256", "512")),
        ({"image": "mysql:8", "tmpfs": "/a:size=512m"}, ("512", "2048")),
        ({"mem_limit": "600m", "tmpfs": "/a:size=512m"}, ("256", "1024")),
        (
            {"volumes": [{"type": "tmpfs", "target": "/a", "tmpfs": {"size": "1g"}}]},
            ("256", "2048"),
        ),
    ],
)
def test_tmpfs_is_memory_of_its_task(service: dict[str, object], size: tuple[str, str]) -> None:
    text = json.dumps({"services": {"app": {"image": "a", **service}}})
    task = json.loads(converted(text).to_json())["Resources"]["AppTaskDefinition"]["Properties"]
    assert (task["Cpu"], task["Memory"]) == size


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ({"tmpfs": "/a:size=4g"}, False),
        ({"mem_limit": "1g", "tmpfs": "/a:size=1023m"}, False),
        ({"mem_limit": "1g", "tmpfs": "/a:size=1g"}, True),
        ({"mem_limit": "1g", "tmpfs": ["/a:size=512m", "/b:size=512m"]}, True),
        ({"mem_reservation": "256m", "tmpfs": "/a:size=511m"}, False),
        ({"mem_reservation": "256m", "tmpfs": "/a:size=512m"}, True),
        ({"x-aws-capacity": "EC2", "mem_reservation": "256m", "tmpfs": "/a:size=1g"}, False),
    ],
)
def test_tmpfs_that_is_larger_than_its_task_is_told(
    service: dict[str, object], *, told: bool
) -> None:
    text = json.dumps({"services": {"app": {"image": "a", **service}}})
    found = [one for one in converted(text).diagnostics if one.code == "tmpfs-memory"]
    assert bool(found) == told


def test_instances_have_room_for_a_tmpfs() -> None:
    service = {"image": "a", "x-aws-capacity": {"min": 1}, "tmpfs": "/a:size=2g"}
    text = json.dumps({"services": {"app": service}})
    template = json.loads(converted(text).to_json())
    default = template["Parameters"]["AppInstanceType"]["Default"]
    assert INSTANCE_TYPES[default].usable >= 2048 + 512 + 64


@pytest.mark.parametrize("memory", ["1600m", "1700m", "3500m"])
def test_instances_have_room_for_what_holds_a_lock(memory: str) -> None:
    """Each container of a task on EC2 instances reserves memory."""
    service = {"image": "a", "x-aws-capacity": {"min": 1}, "mem_limit": memory}
    volume = {"driver_opts": {"exclusive": "true"}}
    text = {
        "services": {"app": {**service, "volumes": ["data:/data"]}},
        "volumes": {"data": volume},
    }
    template = json.loads(converted(json.dumps(text)).to_json())
    task = template["Resources"]["AppTaskDefinition"]["Properties"]
    reserved = [
        container.get("Memory", container.get("MemoryReservation"))
        for container in task["ContainerDefinitions"]
    ]
    assert len(reserved) == 3
    default = template["Parameters"]["AppInstanceType"]["Default"]
    assert sum(reserved) <= INSTANCE_TYPES[default].usable
