"""The init container lets bare names of services resolve, with the shell of this machine."""

import json
import os
from pathlib import Path

import pytest

from tests.emitters.machine import Machine, converted
from tests.simulator.template import read

NAMESPACE = "c-0123abcd.internal"
NEIGHBOURS = json.dumps({"services": {"app": {"image": "a"}, "db": {"image": "b"}}})
AWS = "search eu-west-1.compute.internal\nnameserver 10.0.0.2\noptions timeout:2 attempts:5\n"


def resolved(folder: Path, before: str, times: int = 1) -> list[str]:
    """Run the init container on a file; return its lines then."""
    machine = Machine(folder, converted(NEIGHBOURS))
    file = folder / "resolv.conf"
    file.write_text(before)
    for _ in range(times):
        machine.prepare(NAMESPACE=NAMESPACE)
    return file.read_text().splitlines()


def search(lines: list[str]) -> list[str]:
    """Return the names of the only search line."""
    (line,) = [line for line in lines if line.startswith(("search", "domain"))]
    return line.split()[1:]


def test_the_namespace_is_searched_first(tmp_path: Path) -> None:
    lines = resolved(tmp_path, AWS)
    assert search(lines) == [NAMESPACE, "eu-west-1.compute.internal"]
    assert [line for line in lines if line and not line.startswith("search")] == [
        "nameserver 10.0.0.2",
        "options timeout:2 attempts:5",
    ]


@pytest.mark.parametrize("before", ["", "nameserver 10.0.0.2\n", "# nothing\n"])
def test_a_file_without_a_search_line_gets_one(tmp_path: Path, before: str) -> None:
    assert search(resolved(tmp_path, before)) == [NAMESPACE]


def test_the_last_of_several_search_lines_counts(tmp_path: Path) -> None:
    before = "domain first.example\nsearch second.example\nsearch third.example fourth.example\n"
    assert search(resolved(tmp_path, before)) == [NAMESPACE, "third.example", "fourth.example"]


def test_at_most_six_names_are_searched(tmp_path: Path) -> None:
    names = [f"n{number}.example" for number in range(9)]
    found = search(resolved(tmp_path, f"search {' '.join(names)}\n"))
    assert found == [NAMESPACE, *names[:5]]


def test_at_most_250_characters_are_searched(tmp_path: Path) -> None:
    names = [f"{'x' * 60}{number}.example" for number in range(5)]
    found = search(resolved(tmp_path, f"search {' '.join(names)}\n"))
    assert found == [NAMESPACE, *names[:3]]
    assert len(" ".join(found)) <= 250


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    once, thrice = (tmp_path / name for name in ("once", "thrice"))
    once.mkdir()
    thrice.mkdir()
    assert resolved(once, AWS) == resolved(thrice, AWS, times=3)


def test_the_file_is_written_in_place(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text(AWS)
    before = file.stat().st_ino
    resolved(tmp_path, AWS)
    assert file.stat().st_ino == before


def test_it_fails_where_the_file_cannot_be_written(tmp_path: Path) -> None:
    machine = Machine(tmp_path, converted(NEIGHBOURS))
    (tmp_path / "resolv.conf").unlink()
    (tmp_path / "resolv.conf").mkdir()
    assert machine.run("compose-init", NAMESPACE=NAMESPACE).returncode != 0


def test_a_neighbour_that_comes_or_goes_leaves_a_task_as_it_was() -> None:
    alone, among = (
        converted(json.dumps({"services": {name: {"image": "a"} for name in names}})).to_dict()
        for names in (["app"], ["app", "db"])
    )
    before, after = alone["Resources"], among["Resources"]
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    containers = before["AppTaskDefinition"]["Properties"]["ContainerDefinitions"]
    assert [each["Name"] for each in containers] == ["app", "compose-init"]
    assert {id_: after[id_] for id_ in before} == before


METADATA = json.dumps(
    {"Networks": [{"NetworkMode": "awsvpc", "IPv4Addresses": ["10.0.2.106"]}]},
    separators=(",", ":"),
)
HOSTS = "127.0.0.1 localhost\n10.0.2.106 ip-10-0-2-106.ec2.internal"
OWN = "10.0.2.106 app"


class Metadata:
    """A task whose metadata a stand-in for wget gives."""

    def __init__(self, folder: Path, answer: str, text: str = NEIGHBOURS) -> None:
        self.machine = Machine(folder, converted(text))
        self.hosts = folder / "hosts"
        self.hosts.write_text(HOSTS)
        tool = folder / "bin" / "wget"
        tool.parent.mkdir()
        tool.write_text(f"#!/bin/sh\n[ \"$4\" = http://metadata ] && echo '{answer}'\n")
        tool.chmod(0o755)
        self.path = f"{tool.parent}{os.pathsep}{os.environ['PATH']}"

    def prepare(self) -> str:
        """Run the init container; return what is in the file of hosts then."""
        self.machine.prepare(
            PATH=self.path, NAMESPACE=NAMESPACE, ECS_CONTAINER_METADATA_URI_V4="http://metadata"
        )
        return self.hosts.read_text()


def test_a_service_finds_its_own_name_at_once(tmp_path: Path) -> None:
    task = Metadata(tmp_path, METADATA)
    file = task.hosts.stat().st_ino
    assert task.prepare() == f"{HOSTS}\n{OWN}\n"
    assert task.hosts.stat().st_ino == file  # in place: it is mounted


def test_finding_oneself_again_changes_nothing(tmp_path: Path) -> None:
    task = Metadata(tmp_path, METADATA)
    assert task.prepare() == task.prepare()


def test_a_task_without_an_address_starts_all_the_same(tmp_path: Path) -> None:
    assert Metadata(tmp_path, "{}").prepare() == HOSTS


def test_one_of_several_tasks_does_not_take_the_name_for_its_own(tmp_path: Path) -> None:
    several = json.dumps({"services": {"app": {"image": "a", "scale": 2}, "db": {"image": "b"}}})
    assert Metadata(tmp_path, METADATA, several).prepare() == HOSTS


def test_a_service_alone_finds_itself(tmp_path: Path) -> None:
    alone = {"image": "a", "environment": {"URL": "http://app:80"}}
    text = json.dumps({"services": {"app": alone}})
    assert Metadata(tmp_path, METADATA, text).prepare().endswith(f"{OWN}\n")


def own_names(**keys: object) -> str:
    """Return the names by which a service with one task finds itself at once."""
    file = {"x-aws-namespace": "shop.internal", "services": {"app": {"image": "a", **keys}}}
    resources = read(converted(json.dumps(file)).to_yaml())["Resources"]
    containers = resources["AppTaskDefinition"]["Properties"]["ContainerDefinitions"]
    (init,) = (one for one in containers if one["Name"] == "compose-init")
    return str({one["Name"]: one["Value"] for one in init["Environment"]}["OWN_NAME"])


def test_a_service_that_looks_for_itself_by_another_name_finds_that_at_once() -> None:
    """RabbitMQ ends if it cannot find the host of its node, and a task that ends has no entry."""
    node = {"RABBITMQ_NODENAME": "rabbit@Queue"}
    assert own_names(hostname="queue", environment=node) == "app queue"
    whole = {"ADVERTISED": "tcp://app.shop.internal:9092,tcp://queue:9092"}
    assert own_names(hostname="queue", environment=whole) == "app app.shop.internal queue"


def test_a_name_that_a_service_does_not_look_for_leaves_its_task_as_it_was() -> None:
    """So that an alias can move without a deployment of those that had it."""
    assert own_names(hostname="queue") == "app"
    assert own_names(environment={"DB_HOST": "db"}) == "app"
