"""What brings files into a task does so, with the shell of this machine as with any other."""

import json
import os
from pathlib import Path

import pytest

from compose2cfn import ComposeError, Disk, Memory, convert
from tests.emitters.machine import Machine, converted
from tests.simulator.template import read

ROOT = os.geteuid() == 0
NAMES = (
    "plain.txt",
    "two words.txt",
    'it\'s "quoted".txt',
    "line\nbreak.txt",
    "-rf",
    "--help",
    "grün-日本.txt",
    "$HOME `id` $(id) \\ *.txt",
    "a;b&c|d>e",
)
BINARY = bytes(range(256)) + b"\r\n\0\0"


def app(**service: object) -> str:
    """Write a Compose file with one service."""
    return json.dumps({"services": {"app": {"image": "app:1", **service}}})


def config(target: str, content: str = "ours\n", **reference: str) -> str:
    """Write a Compose file with one service and one config."""
    entry = {"source": "one", "target": target.replace("$", "$$"), **reference}
    service = {"image": "app:1", "configs": [entry]}
    return json.dumps({"services": {"app": service}, "configs": {"one": {"content": content}}})


def test_contents_arrive_byte_by_byte(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"data/{name}": name.encode() for name in NAMES}
    files["data/deep/er/binary"] = BINARY
    files["data/empty"] = b""
    result = converted(app(volumes=["./data:/data:ro"]), files)
    assert read(result.to_yaml()) == json.loads(result.to_json()) == result.to_dict()
    machine = Machine(tmp_path, result)
    machine.prepare()
    assert machine.found("/data") == {
        **{name: name.encode() for name in NAMES},
        "deep/er/binary": BINARY,
        "empty": b"",
    }


@pytest.mark.parametrize("name", NAMES)
def test_targets_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = f"/srv/{name}"
    machine = Machine(tmp_path, converted(config(f"{folder}/{name}")))
    machine.image({f"{folder}/other": "the image's"})
    machine.prepare()
    assert machine.found(folder) == {name: b"ours\n", "other": b"the image's"}


def test_files_of_the_image_stay_but_for_what_is_delivered(tmp_path: Path) -> None:
    volumes = ["./one:/conf/one:ro", "./folder:/conf/folder:ro", "./over:/conf/folder/a:ro"]
    files: dict[str, str | bytes] = {"one": "1", "folder/a": "2", "folder/b": "3", "over": "4"}
    machine = Machine(tmp_path, converted(app(volumes=volumes), files))
    machine.image({"/conf/one": "the image's", "/conf/two": "kept", "/conf/folder/c": "hidden"})
    machine.prepare()
    found = {"one": b"1", "two": b"kept", "folder/a": b"4", "folder/b": b"3"}
    assert machine.found("/conf") == found


def test_directory_keeps_its_mode_and_its_owner(tmp_path: Path) -> None:
    machine = Machine(tmp_path, converted(app(volumes=["/var/app"])))
    machine.image({"/var/app/one": "1"})
    machine.within("/var/app").chmod(0o2750)
    if ROOT:
        os.chown(machine.within("/var/app"), 1000, 1001)
    machine.prepare()
    kept, made = machine.within("/var/app").stat(), machine.volume("/var/app").stat()
    assert (made.st_mode, made.st_uid, made.st_gid) == (kept.st_mode, kept.st_uid, kept.st_gid)


def test_image_without_the_directory_gets_it(tmp_path: Path) -> None:
    machine = Machine(tmp_path, converted(config("/new/deep/file")))
    machine.prepare()
    assert machine.found("/new/deep") == {"file": b"ours\n"}


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"one": "1", "folder/a/b": "2"}
    volumes = ["./one:/conf/one:ro", "./folder:/conf/folder:ro", "./folder:/other:ro"]
    machine = Machine(tmp_path, converted(app(volumes=volumes), files))
    machine.image({"/conf/link/file": "kept"})
    machine.within("/conf/one").symlink_to("link/file")
    machine.prepare()
    once = machine.found("/conf"), machine.found("/other")
    machine.prepare()
    assert (machine.found("/conf"), machine.found("/other")) == once
    assert once == ({"link/file": b"kept", "one": b"1", "folder/a/b": b"2"}, {"a/b": b"2"})


@pytest.mark.parametrize(
    ("said", "mode"), [({}, 0o444), ({"mode": "0640"}, 0o640), ({"mode": "4755"}, 0o4755)]
)
def test_modes_of_configs(tmp_path: Path, said: dict[str, str], mode: int) -> None:
    machine = Machine(tmp_path, converted(config("/conf/file", **said)))
    machine.prepare()
    assert (machine.volume("/conf") / "file").stat().st_mode & 0o7777 == mode


def test_scripts_of_bind_mounts_may_be_run(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"data/run": "#!/bin/sh\nexit 0\n", "data/read": "text"}
    machine = Machine(tmp_path, converted(app(volumes=["./data:/data:ro"]), files))
    machine.prepare()
    modes = {p.name: p.stat().st_mode & 0o777 for p in machine.volume("/data").iterdir()}
    assert modes == {"run": 0o755, "read": 0o644}


@pytest.mark.skipif(not ROOT, reason="only root may give files away")
@pytest.mark.parametrize(
    ("said", "owner"),
    [({"uid": "101"}, (101, 0)), ({"gid": "102"}, (0, 102)), ({"uid": "1", "gid": "2"}, (1, 2))],
)
def test_owners_of_configs(tmp_path: Path, said: dict[str, str], owner: tuple[int, int]) -> None:
    machine = Machine(tmp_path, converted(config("/conf/file", **said)))
    machine.prepare()
    found = (machine.volume("/conf") / "file").stat()
    assert (found.st_uid, found.st_gid) == owner


@pytest.mark.skipif(not ROOT, reason="only root may give files away")
def test_owner_takes_nothing_from_the_mode(tmp_path: Path) -> None:
    machine = Machine(tmp_path, converted(config("/conf/file", uid="1", mode="6755")))
    machine.prepare()
    assert (machine.volume("/conf") / "file").stat().st_mode & 0o7777 == 0o6755


def test_scratch_begins_as_the_image_has_it(tmp_path: Path) -> None:
    volumes = [
        {"type": "volume", "target": "/app/modules"},
        {"type": "volume", "target": "/app/modules/cache", "volume": {"nocopy": True}},
    ]
    machine = Machine(tmp_path, converted(app(volumes=volumes)))
    machine.image({"/app/modules/one": "1", "/app/modules/cache/old": "2"})
    machine.prepare()
    assert machine.found("/app/modules") == {"one": b"1"}
    assert (machine.volume("/app/modules") / "cache").is_dir()


def test_scratch_within_a_delivered_folder_begins_as_the_image_has_it(tmp_path: Path) -> None:
    volumes = ["./source:/app:ro", "/app/modules"]
    result = converted(app(volumes=volumes), {"source/main": "1", "source/modules/wrong": "2"})
    machine = Machine(tmp_path, result)
    machine.image({"/app/modules/right": "3", "/app/old": "4"})
    machine.prepare()
    assert machine.found("/app") == {"main": b"1", "modules/right": b"3"}


def test_other_mounts_find_their_places_in_a_delivered_folder(tmp_path: Path) -> None:
    service = {"image": "app:1", "volumes": ["./source:/app:ro", "data:/app/var/data"]}
    text = {"services": {"app": {**service, "tmpfs": "/app/run"}}, "volumes": {"data": {}}}
    machine = Machine(tmp_path, converted(json.dumps(text), {"source/main": "1"}))
    machine.prepare()
    assert (machine.volume("/app") / "var" / "data").is_dir()
    assert (machine.volume("/app") / "run").is_dir()
    modes = {mount["ContainerPath"]: mount["ReadOnly"] for mount in machine.service["MountPoints"]}
    assert modes == {"/app": True, "/app/var/data": False}


def test_link_that_leads_out_of_the_volume_fails(tmp_path: Path) -> None:
    service = {
        "image": "app:1",
        "configs": [
            {"source": "one", "target": "/conf/file"},
            {"source": "one", "target": "/conf/link/file"},
        ],
    }
    text = {"services": {"app": service}, "configs": {"one": {"content": "ours"}}}
    machine = Machine(tmp_path, converted(json.dumps(text)))
    machine.image({"/conf/other": "", "/elsewhere/other": ""})
    machine.within("/conf/link").symlink_to(machine.within("/elsewhere"))
    done = machine.run("app-files")
    assert done.returncode == 1
    assert "is a link, and files cannot be put behind it" in done.stderr
    assert not machine.within("/elsewhere/file").exists()


def test_directory_where_a_file_must_be_fails(tmp_path: Path) -> None:
    machine = Machine(tmp_path, converted(config("/conf/file")))
    machine.image({"/conf/file/inner": "the image's"})
    assert machine.run("app-files").returncode != 0


def test_file_where_a_directory_must_be_fails(tmp_path: Path) -> None:
    volumes = ["./one:/conf/one:ro", "./one:/conf/two/one:ro"]
    machine = Machine(tmp_path, converted(app(volumes=volumes), {"one": "1"}))
    machine.image({"/conf/two": "the image's"})
    assert machine.run("app-files").returncode != 0


def test_what_the_image_hides_is_copied_too(tmp_path: Path) -> None:
    machine = Machine(tmp_path, converted(config("/conf/file")))
    machine.image({"/conf/.hidden/file": "1", "/conf/..odd": "2"})
    machine.prepare()
    machine.prepare()
    found = {".hidden/file": b"1", "..odd": b"2", "file": b"ours\n"}
    assert machine.found("/conf") == found


@pytest.mark.parametrize("container", ["app-files", "compose-init"])
def test_container_that_cannot_write_fails(tmp_path: Path, container: str) -> None:
    helper = {} if container == "app-files" else {"x-aws-delivery": "helper"}
    service = {
        "image": "app:1",
        "configs": [{"source": "one", "target": "/conf/file"}],
        **helper,
    }
    text = {"services": {"app": service}, "configs": {"one": {"content": "ours"}}}
    machine = Machine(tmp_path, converted(json.dumps(text)))
    volume = machine.volume("/conf")
    volume.parent.mkdir(parents=True)
    volume.symlink_to(machine.within("/gone"))
    machine.containers[container]["MountPoints"] = []
    assert machine.run(container).returncode != 0


def test_image_without_base64_fails(tmp_path: Path) -> None:
    machine = Machine(tmp_path, converted(config("/conf/file")))
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("sh", "cp", "mkdir", "rm", "chmod"):
        (tools / tool).symlink_to(
            next(p for p in map(Path, ("/bin", "/usr/bin")) if (p / tool).exists()) / tool
        )
    done = machine.run("app-files", PATH=str(tools))
    assert done.returncode != 0
    assert "base64" in done.stderr


def test_service_named_like_the_container_that_brings_files() -> None:
    sidecar = {"image": "app:1", "network_mode": "service:app"}
    service = {"image": "app:1", "configs": [{"source": "one", "target": "/conf/file"}]}
    text = {
        "services": {"app": service, "app-files": sidecar},
        "configs": {"one": {"content": "ours"}},
    }
    with pytest.raises(ComposeError, match="name 'app-files', like the container that brings"):
        converted(json.dumps(text))


@pytest.mark.parametrize("header", ["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY"])
def test_private_key_in_a_config_is_refused(header: str) -> None:
    with pytest.raises(ComposeError, match="holds a private key") as caught:
        converted(config("/conf/file", f"-----BEGIN {header}-----\nc2VjcmV0\n"))
    assert "c2VjcmV0" not in str(caught.value)


def test_large_value_of_a_variable_is_refused() -> None:
    text = """
    services: {app: {image: "app:1", configs: [{source: one, target: /conf/file}]}}
    configs: {one: {environment: LARGE}}
    """
    files = Memory({"compose.yaml": text})
    with pytest.raises(ComposeError, match="a config has at most 32768 bytes"):
        convert("compose.yaml", files=files, environment={"LARGE": "x" * 32769})
    assert convert("compose.yaml", files=files, environment={"LARGE": "x" * 32768}).to_yaml()


@pytest.mark.parametrize("name", [".env", "tls/server.key", ".aws/credentials"])
def test_credential_as_a_config_is_refused(name: str) -> None:
    service = {"image": "app:1", "configs": [{"source": "one", "target": "/conf/file"}]}
    text = {"services": {"app": service}, "configs": {"one": {"file": f"./{name}"}}}
    with pytest.raises(ComposeError, match=r"configs\.one\.file: this looks like a credential"):
        converted(json.dumps(text), {name: "c2VudGluZWw"})


CONFIG = json.dumps(
    {
        "services": {
            "app": {"image": "app:1", "configs": [{"source": "x", "target": "/conf/x"}]},
        },
        "configs": {"x": {"file": "./app.conf"}},
    }
)


def on_disk(folder: Path, compose: str = CONFIG) -> str:
    """Convert in a folder, with no root; return the findings."""
    (folder / "compose.yaml").write_text(compose)
    with pytest.raises(ComposeError) as caught:
        convert(str(folder / "compose.yaml"), files=Disk())
    return str(caught.value)


def test_a_link_to_credentials_is_not_followed(tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / ".aws").mkdir(parents=True)
    (project / ".aws" / "credentials").write_text("c2VudGluZWw")
    for target in (".aws/credentials", project / ".aws" / "credentials", "nothing"):
        (project / "app.conf").unlink(missing_ok=True)
        (project / "app.conf").symlink_to(target)
        found = on_disk(project)
        assert "configs.x.file: links are not followed: write the path of the file" in found
        assert "[config-outside]" in found
    (project / "app").symlink_to(".aws")
    found = on_disk(project, CONFIG.replace("app.conf", "app/credentials"))
    assert "links are not followed" in found
    found = on_disk(project, CONFIG.replace("./app.conf", f"{project}/app/../../project/x"))
    assert "links are not followed" in found


def test_a_project_may_be_reached_by_a_link(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "name").symlink_to("project")
    (tmp_path / "project" / "app.conf").write_text("workers = 4")
    (tmp_path / "project" / "compose.yaml").write_text(CONFIG)
    assert convert(str(tmp_path / "name" / "compose.yaml"), files=Disk()).to_yaml()
