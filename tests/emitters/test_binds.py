"""Bind mounts bring what can be brought, and nothing that must not leave the project."""

import json
import os
from pathlib import Path

import pytest

from compose2cfn import ComposeError, Disk, Memory, convert
from tests.emitters.machine import Machine, converted

SECRET = "c2VudGluZWw"
"""What must show up nowhere."""
CREDENTIALS = (
    ".aws/credentials",
    ".docker/config.json",
    ".env",
    ".env.local",
    ".git-credentials",
    ".git/config",
    ".gnupg/ring",
    ".kube/config",
    ".netrc",
    ".npmrc",
    ".pgpass",
    ".pypirc",
    ".ssh/known_hosts",
    "ID_RSA",
    "id_ed25519",
    "server.key",
    "server.p12",
    "server.PFX",
    "store.jks",
    "store.keystore",
)
HARMLESS = (
    ".docker/nginx.conf",
    ".environment",
    ".git/description",
    ".gitconfig",
    "environment",
    "id_rsa.md",
    "keyboard.txt",
    "monkey",
    "public.pem",
    "server.key.md",
)


def binds(*volumes: object, **service: object) -> str:
    """Write a Compose file with a service that mounts these."""
    app = {"image": "app:1", "volumes": list(volumes), **service}
    return json.dumps({"services": {"app": app}})


def refused(text: str, files: dict[str, str | bytes]) -> str:
    """Convert what is refused; return the findings."""
    with pytest.raises(ComposeError) as caught:
        converted(text, files)
    assert SECRET not in str(caught.value)
    return str(caught.value)


def on_disk(text: str, folder: Path) -> str:
    """Convert a Compose file in a folder; return the findings."""
    (folder / "compose.yaml").write_text(text)
    try:
        result = convert("compose.yaml", files=Disk(str(folder)))
    except ComposeError as error:
        return str(error)
    return "\n".join(map(str, result.diagnostics))


@pytest.mark.parametrize("name", CREDENTIALS)
@pytest.mark.parametrize("choice", ["", "deliver"])
def test_credential_is_refused(name: str, choice: str) -> None:
    text = binds(f"./at/{name}:/data/file:ro", **{"x-aws-bind_mounts": choice or None})
    found = refused(text, {f"at/{name}": SECRET})
    assert "this looks like a credential" in found
    place = "the role of the task takes its place" if ".aws" in name else "use secrets: instead"
    assert place in found


@pytest.mark.parametrize("name", CREDENTIALS)
def test_credential_in_a_folder_is_refused(name: str) -> None:
    found = refused(binds("./at:/data:ro"), {f"at/{name}": SECRET, "at/harmless": ""})
    assert f"at/{name}: this looks like a credential" in found


def test_target_of_a_credential_is_refused() -> None:
    found = refused(binds("./at/file:/root/.ssh/id_rsa:ro"), {"at/file": SECRET})
    assert "this looks like a credential" in found


@pytest.mark.parametrize("name", HARMLESS)
def test_name_that_is_only_similar_is_delivered(name: str) -> None:
    converted(binds(f"./{name}:/data/file:ro"), {name: "text"})


@pytest.mark.parametrize(
    "header", ["-----BEGIN EC PRIVATE KEY-----", "-----BEGIN PGP PRIVATE KEY BLOCK-----"]
)
def test_private_key_is_refused_by_its_content(header: str) -> None:
    files: dict[str, str | bytes] = {"at/readme.txt": f"text\n{header}\n{SECRET}\n", "at/b": "x"}
    for volume in ("./at:/data:ro", "./at/readme.txt:/data/readme.txt:ro"):
        assert "at/readme.txt: this holds a private key" in refused(binds(volume), files)


def test_many_files_of_one_kind_are_one_finding() -> None:
    files: dict[str, str | bytes] = {f"at/{number}.key": SECRET for number in range(9)}
    found = refused(binds("./at:/data:ro"), files)
    assert "at/0.key, at/1.key, at/2.key and others: this looks like a credential" in found
    assert found.count("looks like a credential") == 1


def test_64_files_are_delivered(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {f"at/{number:02}": str(number) for number in range(64)}
    machine = Machine(tmp_path, converted(binds("./at:/data:ro"), files))
    machine.prepare()
    assert machine.found("/data") == {f"{n:02}": str(n).encode() for n in range(64)}


def test_65_files_are_refused() -> None:
    files: dict[str, str | bytes] = {f"at/{number}": "" for number in range(65)}
    found = refused(binds("./at:/data:ro"), files)
    assert "bind mounts bring at most 64 files; put files into the image" in found
    found = refused(binds("./at:/data"), files)
    assert "64 files; keep data in a named volume (at:/data), put files into the image" in found


def test_32_kib_are_delivered_and_no_byte_more() -> None:
    converted(binds("./file:/data/file:ro"), {"file": "x" * 32768})
    found = refused(binds("./file:/data/file:ro"), {"file": "x" * 32769})
    assert "file: this cannot be read, or has more than 32768 bytes" in found


def test_limits_count_in_a_task() -> None:
    beside = {"image": "b:1", "network_mode": "service:app", "volumes": ["./two:/data/two:ro"]}
    text = json.loads(binds("./one:/data/one:ro"))
    text["services"]["beside"] = beside
    files: dict[str, str | bytes] = {"one": "x" * 20000, "two": "x" * 20000}
    found = refused(json.dumps(text), files)
    assert "but these have 2 files and 40000 bytes; put them into the image [bind-size]" in found
    assert "compose.yaml:1:" in found


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("text")
    (tmp_path / "real" / "inner").symlink_to("file")
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "file").symlink_to("real/file")
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "only").symlink_to("../real/file")
    for source in ("link", "file", "link/file"):
        found = on_disk(binds(f"./{source}:/data/{source}:ro"), tmp_path)
        assert "error: services.app.volumes[0]: links are not followed" in found
    found = on_disk(binds("./real:/data:ro"), tmp_path)
    assert "warning: services.app.volumes[0]: links are left out: real/inner" in found
    assert "error" not in found
    found = on_disk(binds("./links:/data:ro"), tmp_path)
    assert "error: services.app.volumes[0]: the folder has no files" in found


def test_steps_back_do_not_hide_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere" / "deep").mkdir(parents=True)
    (tmp_path / "elsewhere" / "file").write_text(SECRET)
    project = tmp_path / "project"
    project.mkdir()
    (project / "file").write_text("text")
    (project / "link").symlink_to(tmp_path / "elsewhere" / "deep")
    found = on_disk(binds(f"{project}/link/../file:/data/file:ro"), project)
    assert "error: services.app.volumes[0]: links are not followed" in found


def test_folder_without_files_is_delivered_to_no_one(tmp_path: Path) -> None:
    (tmp_path / "empty" / "inner").mkdir(parents=True)
    text = binds("./empty:/data:ro", **{"x-aws-bind_mounts": "deliver"})
    assert "error: services.app.volumes[0]: the folder has no files" in on_disk(text, tmp_path)
    found = on_disk(binds("./empty:/data:ro"), tmp_path)
    assert "warning: services.app.volumes[0]: ./empty becomes an EFS file system" in found


def test_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    found = on_disk(binds("./pipe:/data/pipe:ro"), tmp_path)
    assert "pipe is neither a file nor a folder" in found


def test_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "at").mkdir()
    (tmp_path / "at" / os.fsdecode(b"caf\xe9")).write_text("text")
    found = on_disk(binds("./at:/data:ro"), tmp_path)
    assert "at/caf\\udce9: this name is not UTF-8" in found


def test_folder_that_cannot_be_read_is_refused() -> None:
    class Locked(Memory):
        def list(self, path: str) -> tuple[str, ...]:
            if path.endswith("/inner"):
                raise PermissionError(path)
            return super().list(path)

    files = {"compose.yaml": binds("./at:/data:ro"), "at/a": "", "at/inner/b": ""}
    with pytest.raises(ComposeError, match="a folder in at cannot be read"):
        convert("compose.yaml", files=Locked(files))


@pytest.mark.parametrize("context", [".", "./at", "./at/../at"])
def test_folder_of_the_context_of_another_service_is_delivered(context: str) -> None:
    text = json.loads(binds("./at/inner:/data:ro"))
    text["services"]["built"] = {"build": context}
    converted(json.dumps(text), {"at/inner/a": "", "at/Dockerfile": ""})


@pytest.mark.parametrize(
    ("volume", "advice"),
    [
        ("./My SQL:/var/lib/x", "keep data in a named volume (my-sql:/var/lib/x), "),
        ("./.cache:/x", "keep data in a named volume (cache:/x), "),
        ("./データ:/x", "keep data in a named volume (data:/x), "),
        ("./a/b:/b/file.conf", ""),
        ("./data:/data:ro", ""),
    ],
)
def test_data_are_sent_to_a_named_volume(volume: str, advice: str) -> None:
    found = refused(binds(volume, **{"x-aws-bind_mounts": "refuse"}), {})
    assert f"; {advice}put files into the image, or write x-aws-bind_mounts: drop" in found


def test_folder_beside_a_build_context_is_delivered() -> None:
    text = json.loads(binds("./attic:/data:ro", "./at/file:/conf/file:ro"))
    text["services"]["built"] = {"build": "./at"}
    converted(json.dumps(text), {"attic/a": "", "at/file": "", "at/Dockerfile": ""})


def test_what_is_said_at_a_service_counts_before_the_rest() -> None:
    text = json.loads(binds("/srv/data:/data", **{"x-aws-bind_mounts": "drop"}))
    text["x-aws-bind_mounts"] = "refuse"
    result = converted(json.dumps(text))
    assert [str(d.severity) for d in result.diagnostics if d.code == "bind-dropped"] == ["warning"]


def test_nested_mounts_share_the_outermost_volume() -> None:
    volumes = ("./a:/srv/one/a:ro", "./a:/srv/one/two/a:ro", "./at:/srv/one/two/three:ro")
    result = converted(binds(*volumes, "./at:/srv/oneself:ro"), {"a": "1", "at/b": "2"})
    task = json.loads(result.to_json())["Resources"]["AppTaskDefinition"]["Properties"]
    (app,) = [one for one in task["ContainerDefinitions"] if one["Name"] == "app"]
    paths = [mount["ContainerPath"] for mount in app["MountPoints"]]
    assert paths == ["/srv/one", "/srv/oneself"]
    assert len(task["Volumes"]) == 2
