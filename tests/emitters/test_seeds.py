"""New volumes start with what the image has at their mount point, once, as in Docker."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from compose2cfn import Memory, Result, convert
from compose2cfn.emitters.configs import FUNCTIONS
from tests.emitters.machine import Machine

SHELLS = [["sh"], ["dash"], ["busybox", "sh"]]


@pytest.fixture(params=SHELLS, ids=" ".join)
def shell(request: pytest.FixtureRequest) -> list[str]:
    words: list[str] = request.param
    if not shutil.which(words[0]):
        pytest.skip(f"{words[0]} is not here")
    return words


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make an image's folder with a file, a volume and a place for the mark."""
    for name in ("image/inner", "data", "mark"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "image" / "inner" / ".hidden").write_text("from the image")
    return tmp_path


def populate(shell: list[str], folder: Path, how: str = "-a", extra: str = "") -> None:
    """Run the function as it stands in a task definition."""
    script = f"set -eu\n{FUNCTIONS['populate']}\n{extra}\npopulate image data mark {how}\n"
    subprocess.run([*shell, "-c", script], cwd=folder, check=True, timeout=60)


def files(folder: Path) -> dict[str, str]:
    """Read all files of a folder."""
    return {
        str(path.relative_to(folder)): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("how", ["-a", "-R"])
def test_an_empty_volume_gets_the_files_of_the_image(
    shell: list[str], folder: Path, how: str
) -> None:
    populate(shell, folder, how)
    assert files(folder / "data") == {"inner/.hidden": "from the image"}
    assert sorted(path.name for path in (folder / "mark").iterdir()) == ["begun", "done"]


def test_it_happens_once(shell: list[str], folder: Path) -> None:
    populate(shell, folder)
    shutil.rmtree(folder / "data" / "inner")
    populate(shell, folder)
    assert files(folder / "data") == {}


def test_what_is_there_stays(shell: list[str], folder: Path) -> None:
    (folder / "data" / "own").write_text("mine")
    populate(shell, folder)
    assert files(folder / "data") == {"own": "mine"}
    assert (folder / "mark" / "done").exists()


def test_an_image_without_files_leaves_it_to_others(shell: list[str], folder: Path) -> None:
    shutil.rmtree(folder / "image" / "inner")
    populate(shell, folder)
    (folder / "image").rmdir()
    populate(shell, folder)
    assert not any((folder / "mark").iterdir())


def test_what_was_begun_is_finished(shell: list[str], folder: Path) -> None:
    (folder / "mark" / "begun").touch()
    (folder / "data" / "half").write_text("of a task that ended")
    populate(shell, folder)
    assert files(folder / "data")["inner/.hidden"] == "from the image"


def test_a_second_task_waits_for_the_first(shell: list[str], folder: Path) -> None:
    (folder / "mark" / "busy").mkdir()
    finish = "sleep() { : > mark/done; echo waited > waited; }"
    populate(shell, folder, extra=finish)
    assert (folder / "waited").exists()
    assert files(folder / "data") == {}


def test_a_task_that_ended_is_not_waited_for_for_ever(shell: list[str], folder: Path) -> None:
    (folder / "mark" / "busy").mkdir()
    (folder / "mark" / "begun").touch()
    populate(shell, folder, extra="sleep() { :; }")
    assert files(folder / "data") == {"inner/.hidden": "from the image"}
    assert not (folder / "mark" / "busy").exists()


def project(**service: object) -> dict[str, object]:
    """Write a project whose service mounts a volume."""
    app = {"image": "nginx:1.27", "volumes": ["data:/srv/data"], **service}
    return {"services": {"app": app}, "volumes": {"data": {}}}


def made(compose: Mapping[str, object], beside: Mapping[str, str] | None = None) -> Result:
    texts = {"compose.yaml": json.dumps(compose), **(beside or {})}
    return convert("compose.yaml", files=Memory(texts))


def is_seeded(result: Result) -> bool:
    return "DataSeedAccessPoint" in result.to_json()


def is_told(result: Result) -> bool:
    return any(one.code == "volume-empty" for one in result.diagnostics)


def test_the_whole_task_seeds_its_volume(tmp_path: Path) -> None:
    machine = Machine(tmp_path, made(project()))
    machine.image({"/srv/data/index.html": "<p>Hello</p>"})
    machine.prepare()
    (seeder,) = [one for name, one in machine.containers.items() if name == "app-files"]
    data, mark = (mount["ContainerPath"] for mount in seeder["MountPoints"])
    assert files(machine.within(data)) == {"index.html": "<p>Hello</p>"}
    assert machine.within(f"{mark}/done").exists()


@pytest.mark.parametrize(
    ("image", "seeded", "told"),
    [
        ("nginx:1.27", True, False),
        ("public.ecr.aws/docker/library/wordpress:6-php8.3-apache", True, False),
        ("acme/unknown:1", False, True),
        ("registry.k8s.io/pause", False, True),
        ("python:3.12-windowsservercore", False, True),
    ],
)
def test_known_images_have_a_shell(image: str, *, seeded: bool, told: bool) -> None:
    result = made(project(image=image))
    assert is_seeded(result) is seeded
    assert is_told(result) is told


def test_datastores_make_their_folders_themselves() -> None:
    volumes = ["data:/var/lib/postgresql/data"]
    result = made(project(image="postgres:17", volumes=volumes))
    assert not is_seeded(result)
    assert not is_told(result)


@pytest.mark.parametrize(
    ("dockerfile", "seeded"),
    [
        ("FROM python:3.12\nCOPY . /app", True),
        ("FROM node:22 AS build\nFROM nginx:alpine\nCOPY --from=build / /x", True),
        ("FROM node:22 AS base\nFROM base", True),
        ("ARG BASE=php:8.3-fpm\nFROM $BASE", True),
        ("FROM scratch", False),
        ("FROM gcr.io/distroless/python3", False),
        ("FROM acme/base", False),
        ("ARG BASE\nFROM $BASE", False),
        ("", False),
    ],
)
def test_built_images_have_the_shell_of_their_base(dockerfile: str, *, seeded: bool) -> None:
    compose = project(build=".")
    result = made(compose, {"Dockerfile": dockerfile})
    assert is_seeded(result) is seeded
    assert is_told(result) is not seeded


@pytest.mark.parametrize("said", [True, False])
def test_the_file_decides(*, said: bool) -> None:
    for image in ("nginx", "acme/unknown"):
        compose = {**project(image=image), "volumes": {"data": {"x-aws-seed": said}}}
        result = made(compose)
        assert is_seeded(result) is said
        assert not is_told(result)


NOT_COPIED: list[dict[str, object]] = [
    {"volumes": ["data:/srv/data:ro"]},
    {"volumes": ["data:/srv/data:nocopy"]},
    {
        "volumes": [
            {"type": "volume", "source": "data", "target": "/d", "volume": {"subpath": "inner"}}
        ]
    },
]


@pytest.mark.parametrize("service", NOT_COPIED)
def test_what_docker_does_not_copy_is_not_copied(service: dict[str, object]) -> None:
    result = made(project(**service))
    assert not is_seeded(result)
    assert not is_told(result)


def test_existing_file_systems_are_left_alone() -> None:
    for volume in ({"x-aws-filesystem": "fs-0a1b2c3d"}, {"external": True, "name": "fs-0a1b2c3d"}):
        result = made({**project(), "volumes": {"data": volume}})
        assert not is_seeded(result)
        assert not is_told(result)


def test_the_mark_is_outside_of_what_is_mounted() -> None:
    for volume in ({}, {"driver_opts": {"root_directory": "/seeded/x"}}):
        resources = json.loads(made({**project(), "volumes": {"data": volume}}).to_json())[
            "Resources"
        ]
        directories = [
            one["Properties"]["RootDirectory"]["Path"]
            for one in resources.values()
            if one["Type"] == "AWS::EFS::AccessPoint"
        ]
        mounted, mark = directories
        assert not f"{mark}/".startswith(f"{mounted}/")
        assert not f"{mounted}/".startswith(f"{mark}/")
    top = {"driver_opts": {"root_directory": "/"}}
    assert not is_seeded(made({**project(), "volumes": {"data": top}}))


def test_the_role_reaches_the_mark() -> None:
    resources = json.loads(made(project()).to_json())["Resources"]
    (policy,) = resources["AppTaskRole"]["Properties"]["Policies"]
    assert "DataSeedAccessPoint" in json.dumps(policy)


def test_a_volume_of_two_images_is_told_unless_both_are_copied() -> None:
    """What the one has is copied; that the other's files are not there is said."""
    services = {
        "app": {"image": "acme/unknown", "volumes": ["data:/app/static"]},
        "proxy": {"image": "nginx:1.27", "volumes": ["data:/static"]},
    }
    result = made({"services": services, "volumes": {"data": {}}})
    assert is_seeded(result)
    assert is_told(result)
    services["app"]["image"] = "nginx:1.27"
    assert not is_told(made({"services": services, "volumes": {"data": {}}}))
