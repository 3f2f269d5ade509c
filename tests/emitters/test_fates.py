"""What becomes of a bind mount, from how it is written and what lies there."""

import json
from collections.abc import Mapping

import pytest

from compose2cfn import ComposeError, Memory, Result, convert, load
from compose2cfn.files import Entry
from compose2cfn.plan.files import BindFate
from compose2cfn.plan.make import Plan

Tree = Mapping[str, str]
CODE: Tree = {"web/Dockerfile": "FROM x\nCOPY . /app\n", "web/src/a.py": "print()"}
VOLUME, DELIVERED, LEFT_OUT = BindFate.VOLUME, BindFate.DELIVERED, BindFate.LEFT_OUT
REFUSED, DROPPED, HOST = BindFate.REFUSED, BindFate.DROPPED, BindFate.HOST


def written(volume: object, **service: object) -> dict[str, object]:
    """Write a project with a service that mounts something."""
    return {"services": {"app": {"image": "acme/app:1", "volumes": [volume], **service}}}


def plan(project: Mapping[str, object], files: Tree | None = None) -> Plan:
    """Plan a project in the folder /p."""
    texts = {f"/p/{name}": text for name, text in (files or {}).items()}
    memory = Memory({**texts, "/p/compose.yaml": json.dumps(project)}, "/p")
    environment = {"HOME": "/home/me", "PWD": "/p"}
    return Plan(load("compose.yaml", files=memory, environment=environment))


def fate(volume: object, files: Tree | None = None, **service: object) -> BindFate:
    """Decide about the mount of a service."""
    (one,) = plan(written(volume, **service), files).binds.decided.values()
    return one.fate


def result(project: Mapping[str, object], files: Tree | None = None) -> Result:
    """Convert a project."""
    texts = {f"/p/{name}": text for name, text in (files or {}).items()}
    memory = Memory({**texts, "/p/compose.yaml": json.dumps(project)}, "/p")
    return convert("compose.yaml", files=memory, environment={"HOME": "/home/me"})


BUILT = {"build": "./web"}
POSTGRES = {"image": "postgres:17"}


@pytest.mark.parametrize(
    "volume",
    [
        "./data:/data",
        "./data/:/data",
        "./data:/data:ro",
        "./conf.d:/etc/app/conf.d",
        "./.n8n:/root/.n8n",
        "~/data:/data",
        "${HOME}/data:/data",
        "../data:/data",
        "/mnt/volumes/x:/data",
        "/srv:/srv",
        "/etc/letsencrypt:/etc/letsencrypt",
        {"type": "bind", "source": "data", "target": "/data"},
    ],
)
def test_absent_and_outside_folders_are_volumes(volume: object) -> None:
    assert fate(volume) is VOLUME


@pytest.mark.parametrize(
    "volume",
    [
        "./nginx.conf:/etc/nginx/nginx.conf",
        "./settings:/app/settings.json",
        "./Caddyfile:/etc/caddy/Caddyfile",
        "~/app.env:/app/settings",
        "/etc/passwd:/etc/passwd:ro",
        "../x/init.sql:/docker-entrypoint-initdb.d/init.sql",
        "/var/run/docker.sock:/var/run/docker.sock",
        "/run/user/1000/podman.sock:/s",
        "/:/host:ro",
        "//:/host:ro",
        "/proc:/host/proc:ro",
        "/sys/fs/cgroup:/cg",
        "/dev:/dev",
        "/var/run:/var/run",
        "/lib/modules:/lib/modules",
        "/var/lib/docker/containers:/c:ro",
        "~/.ssh:/root/.ssh",
        "./.aws:/root/.aws",
    ],
)
def test_files_that_are_absent_and_what_only_a_host_has_are_refused(volume: object) -> None:
    assert fate(volume) is REFUSED


@pytest.mark.parametrize("source", ["/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo"])
def test_clocks_are_left_out_and_the_variable_is_named(source: str) -> None:
    made = result(written(f"{source}:{source}:ro"))
    (said,) = [one for one in made.diagnostics if one.code == "bind-clock"]
    assert "TZ: " in said.message
    assert "MountPoints" not in made.to_json()


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/var/lib/postgresql/data", VOLUME),
        ("/var/lib/postgresql", VOLUME),
        ("/var/lib/postgresql/data:ro", DELIVERED),
        ("/docker-entrypoint-initdb.d", DELIVERED),
        ("/etc/postgresql", DELIVERED),
    ],
)
def test_data_of_datastores_are_volumes_whatever_is_there(target: str, expected: BindFate) -> None:
    assert fate(f"./db:{target}", {"db/PG_VERSION": "17"}, **POSTGRES) is expected


def test_settings_in_the_data_path_of_an_image_are_delivered() -> None:
    files = {"conf/redis.conf": "", "redis.conf": ""}
    redis = {"image": "bitnami/redis:7"}
    assert fate("./conf:/bitnami/redis/conf", files, **redis) is DELIVERED
    assert fate("./redis.conf:/bitnami/redis/redis.conf", files, **redis) is DELIVERED


def test_a_client_of_a_datastore_keeps_no_data() -> None:
    files = {"db/PG_VERSION": "17"}
    command = ["pg_dump", "-f", "/var/lib/postgresql/data/x"]
    assert fate("./db:/var/lib/postgresql", files, **POSTGRES, command=command) is DELIVERED


@pytest.mark.parametrize(
    "files",
    [
        {"data/.gitkeep": ""},
        {"data/.gitignore": "*\n!.gitignore\n", "data/a/b": "x"},
        {".gitignore": "data/\n", "data/a": "x"},
        {".gitignore": "/data", "data/a": "x"},
        {".gitignore": "**/data/**", "data/a": "x"},
        {".gitignore": "data/*\n!data/.gitkeep\n", "data/.gitkeep": "", "data/a": "x"},
    ],
)
def test_what_is_in_no_repository_is_a_volume(files: Tree) -> None:
    assert fate("./data:/data", files) is VOLUME
    assert fate("./data:/data") is VOLUME


def test_folders_below_an_ignored_one_are_volumes() -> None:
    files = {".gitignore": "volumes\n", "volumes/web/a": "x", "sub/.gitignore": "b", "sub/b/a": "x"}
    assert fate("./volumes/web:/data", files) is VOLUME
    assert fate("./sub/b:/data", files) is VOLUME
    assert fate("./sub:/data", files) is VOLUME


@pytest.mark.parametrize("volume", ["./init:/init.d", "./init:/init.d:ro", "./init/a:/app/a"])
def test_files_of_the_project_are_delivered(volume: str) -> None:
    assert fate(volume, {"init/a": "x"}) is DELIVERED
    assert fate(volume, {"init/a": "x", "web/Dockerfile": "FROM x"}, **BUILT) is DELIVERED


def test_files_of_another_context_are_delivered() -> None:
    app = {"image": "acme/app", "volumes": ["./web/src:/code"]}
    (one,) = plan({"services": {"app": app, "web": BUILT}}, CODE).binds.decided.values()
    assert one.fate is DELIVERED


@pytest.mark.parametrize(
    ("volume", "dockerfile", "expected"),
    [
        ("./web/src:/app/src", "FROM x\nCOPY . /app", LEFT_OUT),
        ("./web:/app", "FROM x\nCOPY . /app", LEFT_OUT),
        ("./web:/app", "FROM x\nWORKDIR /app\nCOPY src ./src", LEFT_OUT),
        ("./web/src/a.py:/app/src/a.py", "FROM x\nCOPY . /app", LEFT_OUT),
        ("./web/src:/srv/src", "FROM x\nCOPY . /app", DELIVERED),
        ("./web:/app", "FROM x\nCOPY requirements.txt /app/", DELIVERED),
        ("./web/src:/app/src", "FROM x\nCOPY --from=y / /app", DELIVERED),
        ("./web/src/a.py:/app/src/a.py", "FROM x", DELIVERED),
    ],
)
def test_code_is_left_out_where_the_image_surely_has_it(
    volume: str, dockerfile: str, expected: BindFate
) -> None:
    assert fate(volume, {**CODE, "web/Dockerfile": dockerfile}, **BUILT) is expected


def test_code_without_a_dockerfile_is_left_out() -> None:
    files = {"web/src/a.py": "x"}
    assert fate("./web/src:/app/src", files, **BUILT) is LEFT_OUT
    assert fate("./web:/app", {}, **BUILT) is LEFT_OUT
    assert fate("./web/src/a.py:/app/src/a.py", files, **BUILT) is DELIVERED


def test_code_outside_the_project_is_no_volume() -> None:
    above = {"build": {"context": ".."}}
    assert fate("..:/app", {}, **above) is LEFT_OUT
    assert fate("../src:/app/src", {}, **above) is REFUSED
    assert fate("..:/workspace") is REFUSED
    assert fate("/:/workspace") is REFUSED
    assert fate("../src:/app/src", {}, **above, **{"x-aws-bind_mounts": "volume"}) is VOLUME
    assert fate("../db:/var/lib/postgresql/data", {}, **POSTGRES) is VOLUME


def test_builds_choose_what_is_read() -> None:
    files = {
        **CODE,
        "web/dev.Dockerfile": "FROM x AS a\nARG D\nCOPY . $D\nFROM y",
        "other/Dockerfile": "FROM x",
    }
    volume = "./web:/srv"
    args = {"D": "/srv"}
    build = {"context": "web", "dockerfile": "dev.Dockerfile"}
    assert fate(volume, files, build=build) is DELIVERED
    assert fate(volume, files, build={**build, "target": "a", "args": args}) is LEFT_OUT
    inline = {"context": "web", "dockerfile_inline": "FROM x\nCOPY . /srv"}
    assert fate(volume, files, build=inline) is LEFT_OUT
    hidden = {"context": "web", "dockerfile_inline": "FROM y\nCOPY --from=b . /srv"}
    contexts = {"additional_contexts": {"b": "./web"}}
    assert fate(volume, files, build={**hidden, **contexts}) is DELIVERED
    assert fate(volume, files, build="https://example.com/x.git") is DELIVERED


def test_the_patterns_of_the_context_count() -> None:
    files = {**CODE, "web/data/a": "x", "web/.dockerignore": "data"}
    assert fate("./web/data:/app/data", files, **BUILT) is VOLUME
    assert fate("./web/data:/app/data:ro", files, **BUILT) is DELIVERED
    assert fate("./web:/app", files, **BUILT) is LEFT_OUT
    assert fate("./web/data:/app/data", files) is DELIVERED
    own = {**files, "web/Dockerfile.dockerignore": "src"}
    assert fate("./web/data:/app/data", own, **BUILT) is LEFT_OUT
    assert fate("./web/src:/app/src", own, **BUILT) is VOLUME


@pytest.mark.parametrize(
    ("word", "volume", "expected"),
    [
        ("drop", "/var/run/docker.sock:/s", DROPPED),
        ("drop", "./data:/data", DROPPED),
        ("volume", "./data:/data", VOLUME),
        ("volume", "./data/a:/data/a", DELIVERED),
        ("volume", "./web/src:/app/src", VOLUME),
        ("volume", "~/.gnupg:/root/.gnupg", VOLUME),
        ("volume", "./absent.d1:/data.d1", VOLUME),
        ("volume", "/proc:/proc", REFUSED),
        ("deliver", "./data:/data", DELIVERED),
        ("deliver", "./web/src:/app/src", DELIVERED),
        ("deliver", "/srv/data:/data", REFUSED),
        ("refuse", "./data:/data", REFUSED),
        ("host", "/srv/data:/data", REFUSED),
    ],
)
def test_the_author_decides(word: str, volume: str, expected: BindFate) -> None:
    files = {**CODE, "data/a": "x"}
    assert fate(volume, files, **BUILT, **{"x-aws-bind_mounts": word}) is expected


def test_folders_of_own_instances_are_mounted() -> None:
    own = {"x-aws-capacity": {"ami": "ami-0a1b2c3d"}, "x-aws-bind_mounts": "host"}
    project = written("/proc:/host/proc:ro", **own)
    made = json.loads(result(project).to_json())["Resources"]["AppTaskDefinition"]["Properties"]
    (volume,) = made["Volumes"]
    assert volume["Host"] == {"SourcePath": "/proc"}
    (app,) = [one for one in made["ContainerDefinitions"] if one["Name"] == "app"]
    assert app["MountPoints"] == [
        {"ContainerPath": "/host/proc", "ReadOnly": True, "SourceVolume": volume["Name"]}
    ]
    assert fate("./data:/data", {}, **own) is REFUSED
    managed = {**own, "x-aws-capacity": "EC2"}
    with pytest.raises(ComposeError, match="name their image"):
        result(written("/srv/data:/data", **managed))


def test_two_mounts_of_one_folder_are_one_volume() -> None:
    services = {
        "db": {**POSTGRES, "volumes": ["./db:/var/lib/postgresql/data"]},
        "copy": {"image": "acme/copy", "volumes": ["./db/:/from:ro"]},
        "taker": {"image": "acme/taker", "volumes_from": ["db:ro"]},
    }
    made = result({"services": services}, {"db/PG_VERSION": "17"})
    resources = json.loads(made.to_json())["Resources"]
    systems = [id_ for id_, one in resources.items() if one["Type"] == "AWS::EFS::FileSystem"]
    assert len(systems) == 1
    assert systems[0].startswith("Db")
    assert [one.code for one in made.diagnostics].count("bind-volume") == 1
    for task in ("DbTaskDefinition", "CopyTaskDefinition", "TakerTaskDefinition"):
        assert "EFSVolumeConfiguration" in json.dumps(resources[task])


@pytest.mark.parametrize(("outer", "inner"), [("./a", "./a/b/c"), ("/a", "/a/b"), ("~/a", "~/a/b")])
def test_folders_in_one_another_are_told(outer: str, inner: str) -> None:
    services = {
        "one": {"image": "x", "volumes": [f"{outer}:/x", f"{outer}bc:/bc"]},
        "two": {"image": "x", "volumes": [f"{inner}:/x", f"{inner}:/y"]},
    }
    said = [one for one in result({"services": services}).diagnostics if "is in" in one.message]
    assert [one.code for one in said] == ["bind-volume"]
    assert f"{inner} is in {outer}" in said[0].message


def test_ids_of_volumes_come_from_the_source_as_it_is_written() -> None:
    volumes = ["./a:/a", "~/b:/b", "../c:/c", "/d:/d", "${HOME}/e:/e", "$PWD/f:/f"]
    project = {"services": {"app": {"image": "acme/app", "volumes": volumes}}}
    templates = set()
    for home, folder in (("/root", "/p"), ("/home/me", "/somewhere/else")):
        memory = Memory({f"{folder}/compose.yaml": json.dumps(project)}, folder)
        environment = {"HOME": home, "PWD": folder}
        made = convert("compose.yaml", files=memory, environment=environment, project_name="x")
        templates.add(made.to_yaml())
    assert len(templates) == 1


def test_sources_that_are_written_alike_elsewhere_are_different() -> None:
    services = {
        "a": {"image": "x", "volumes": ["./data:/data"]},
        "b": {"image": "x", "volumes": ["~/data:/data"]},
        "c": {"image": "x", "volumes": ["/data:/data"]},
        "d": {"image": "x", "volumes": ["../data:/data"]},
        "e": {"image": "x", "volumes": ["data:/data"]},
    }
    made = result({"services": services, "volumes": {"data": {}}})
    resources = json.loads(made.to_json())["Resources"].values()
    assert sum(one["Type"] == "AWS::EFS::FileSystem" for one in resources) == 5


def test_advice_names_volumes_apart() -> None:
    files = {f"{name}/data/{number}": "" for name in ("a", "b") for number in range(65)}
    services = {
        name: {"image": "x", "volumes": [f"./{name}/data:/srv/data"]} for name in ("a", "b")
    }
    with pytest.raises(ComposeError) as caught:
        result({"services": services, "volumes": {"data": {}}}, files)
    assert "named volume (a-data:/srv/data)" in str(caught.value)
    assert "named volume (b-data:/srv/data)" in str(caught.value)


@pytest.mark.parametrize(
    ("image", "said"),
    [
        ("traefik:v3", "x-aws-route"),
        ("jwilder/nginx-proxy", "x-aws-certificate"),
        ("nginxproxy/acme-companion:2", "x-aws-certificate"),
        ("containrrr/watchtower", "ECS replaces containers"),
        ("acme/other", "leave the service out with profiles"),
    ],
)
def test_what_takes_the_place_of_the_engine_is_named(image: str, said: str) -> None:
    with pytest.raises(ComposeError, match=said):
        result(written("/var/run/docker.sock:/var/run/docker.sock:ro", image=image))


def test_anonymous_volumes_protect_nothing_where_code_is_left_out() -> None:
    project = {"services": {"web": {**BUILT, "volumes": ["./web:/app", "/app/node_modules"]}}}
    made = result(project, CODE)
    assert "MountPoints" not in made.to_json()
    assert [one.code for one in made.diagnostics if one.code.startswith("bind")] == ["bind-image"]


def test_nothing_outside_the_project_is_looked_at() -> None:
    seen: list[str] = []

    class Watched(Memory):
        def kind(self, path: str, *, below: str = "") -> Entry:
            seen.append(path)
            return super().kind(path, below=below)

        def read(self, path: str, limit: int = 2**24, *, below: str = "") -> bytes:
            seen.append(path)
            return super().read(path, limit, below=below)

        def list(self, path: str) -> tuple[str, ...]:
            seen.append(path)
            return super().list(path)

    volumes = ["../x:/x", "~/y:/y", "/z:/z", "./w:/w"]
    build = {"context": ".", "dockerfile": "../Dockerfile"}
    project = {"services": {"app": {"build": build, "volumes": volumes}}}
    files = {"/p/q/compose.yaml": json.dumps(project), "/p/q/w/a": "", "/p/Dockerfile": "FROM x"}
    memory = Watched(files, "/p/q")
    convert("compose.yaml", files=memory, environment={"HOME": "/home/me"})
    outside = [one for one in seen if one.startswith("/") and not one.startswith("/p/q")]
    assert outside == []
