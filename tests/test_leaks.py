"""No byte of a secret gets into a template, or into what `config` prints, by another key."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import App, ComposeError, Disk, Memory, convert, emit, load
from tests.cases import Case
from tests.masked import document, fill, scalars
from tests.test_masks import CANARY, PLACES, SHAPES

SECRET = "c2VudGluZWw"
"""The value of the variable PW and the content of the file secret.txt."""
DECLARED = "\nsecrets:\n  db: {environment: PW}\n  file: {file: ./secret.txt}\n"
PLAIN = "services:\n  web:\n    image: a:1\n"


def loaded(files: Mapping[str, str], **variables: str) -> App:
    """Load files, with the secret in the variable PW."""
    return load(files=Memory(files), environment={"PW": SECRET} | variables)


def said(files: Mapping[str, str], **variables: str) -> list[str]:
    """Say what is wrong; else neither the template nor the model may have the secret."""
    found: ComposeError | None = None
    try:
        app = loaded(files, **variables)
        result = convert(files=Memory(files), environment={"PW": SECRET} | variables)
    except ComposeError as error:
        found = error
    if found is not None:
        assert SECRET not in f"{found} {found.diagnostics!r}"
        return [str(each) for each in found.diagnostics if each.code == "secret-shown"]
    made = json.dumps([app.to_compose(), app.to_compose(extensions=True)])
    assert SECRET not in made + result.to_yaml() + repr(result.sources)
    return []


KEYS = {
    "environment": "    environment: {A: $PW}\n",
    "environment, part of a value": "    environment: {URL: 'postgres://u:${PW}@db/x'}\n",
    "environment as a list": "    environment: ['A=$PW']\n",
    "environment, passed through": "    environment: [PW]\n",
    "environment, passed through as null": "    environment: {PW: }\n",
    "environment, with a default": "    environment: {A: '${PW:-none}'}\n",
    "environment, in a default": "    environment: {A: '${NO:-${PW}}'}\n",
    "environment, in a replacement": "    environment: {A: '${PW:+is $PW}'}\n",
    "environment, as a name": "    environment: ['$PW']\n",
    "environment, as a name with a value": "    environment: ['$PW=a']\n",
    "sysctls, as a name": "    sysctls: ['$PW=1']\n",
    "labels, as a name": "    labels: ['$PW']\n",
    "networks": "    networks: ['$PW']\n",
    "build.args, as a name": "    build: {context: ., args: ['$PW']}\n",
    "extra_hosts, as a name": "    extra_hosts: ['$PW:10.0.0.1']\n",
    "profiles": "    profiles: ['', $PW]\n",
    "command": "    command: psql -p $PW\n",
    "labels": "    labels: {a: $PW}\n",
    "build.args": "    build: {context: ., args: [PW]}\n",
    "build.args, put in": "    build: {context: ., args: {A: $PW}}\n",
    "dockerfile_inline": "    build: {context: ., dockerfile_inline: 'FROM $PW'}\n",
    "healthcheck": "    healthcheck: {test: ping $PW}\n",
    "ports": "    ports: [{target: 80, name: $PW}]\n",
    "volumes": "    volumes: ['./$PW:/a:ro']\n",
    "extra_hosts": "    extra_hosts: ['db:$PW']\n",
    "logging": "    logging: {driver: awslogs, options: {a: $PW}}\n",
    "an own key": "    x-acme: {deep: [$PW]}\n",
    "a key of AWS": "    x-aws-role: $PW\n",
    "a hook": "    pre_start: [{image: b, command: $PW}]\n",
    "a hook, passed through": "    pre_start: [{image: b, environment: [PW]}]\n",
}


@pytest.mark.parametrize("line", KEYS.values(), ids=KEYS)
def test_no_key_of_a_service_brings_the_variable_of_a_secret(line: str) -> None:
    found = said({"compose.yaml": PLAIN + line + DECLARED + f"networks: {{{SECRET}: }}\n"})
    assert found
    for each in found:
        assert each.startswith(("compose.yaml:4:", "compose.yaml:7:"))
        assert "the variable 'PW' is the secret 'db', which never goes into a template" in each


TOP = {
    "name": "name: app$PW\n",
    "an anchor": "x-common: &x {A: $PW}\n",
    "configs.content": "configs: {c: {content: 'p=$PW'}}\n",
    "networks": "networks: {default: {driver_opts: {a: $PW}}}\n",
    "volumes": "volumes: {vol: {labels: {a: $PW}}}\n",
    "the overlay": "x-aws-cloudformation: {Outputs: {O: {Value: $PW}}}\n",
}


@pytest.mark.parametrize("line", TOP.values(), ids=TOP)
def test_no_other_key_brings_the_variable_of_a_secret(line: str) -> None:
    used = "    configs: [c]\n    volumes: [vol:/v]\n"
    more = "".join(
        f"{key}: {{{name}: {{{what}}}}}\n"
        for key, name, what in (("configs", "c", "content: a"), ("volumes", "vol", ""))
        if not line.startswith(key)
    )
    found = said({"compose.yaml": line + PLAIN + used + more + DECLARED})
    assert [each.split(" error")[0][:15] for each in found] == ["compose.yaml:1:"]


FILES: dict[str, tuple[dict[str, str], str]] = {
    "a variable made of the secret": (
        {"compose.yaml": f"{PLAIN}    environment: {{A: $URL}}\n", ".env": "URL=db://u:$PW@db\n"},
        "compose.yaml:4:22: error: services.web.environment.A: the variable 'URL' contains a",
    ),
    "a variable made of one that is": (
        {"compose.yaml": f"{PLAIN}    command: $B\n", ".env": "A=$PW\nB='x'\nB=\"b$A\"\nC=$B\n"},
        "compose.yaml:4:14: error: services.web.command: the variable 'B' contains a secret",
    ),
    "a variable made of the secret, passed through": (
        {"compose.yaml": f"{PLAIN}    environment: [A]\n", ".env": "A=$PW\n"},
        "compose.yaml:4:19: error: services.web.environment.A: the variable 'A' contains a secret",
    ),
    "a variable of an env_file": (
        {"compose.yaml": f"{PLAIN}    env_file: a.env\n", "a.env": "A=$PW\n"},
        "compose.yaml:4:5: error: services.web.env_file: the variable 'A' contains a secret",
    ),
    "a name in an env_file": (
        {"compose.yaml": f"{PLAIN}    env_file: a.env\n", "a.env": "PW\n"},
        "compose.yaml:4:5: error: services.web.env_file: the variable 'PW' is the secret 'db'",
    ),
    "a name in a raw env_file": (
        {
            "compose.yaml": f"{PLAIN}    env_file: [{{path: a.env, format: raw}}]\n",
            "a.env": "PW\n",
        },
        "compose.yaml:4:5: error: services.web.env_file: the variable 'PW' is the secret 'db'",
    ),
    "the file of a secret as env_file": (
        {"compose.yaml": f"{PLAIN}    env_file: secret.txt\n", "secret.txt": f"A={SECRET}\n"},
        "services.web.env_file: the variable 'A' comes from the file of the secret 'file'",
    ),
    "the file of a secret as raw env_file": (
        {
            "compose.yaml": f"{PLAIN}    env_file: [{{path: secret.txt, format: raw}}]\n",
            "secret.txt": f"A={SECRET}\n",
        },
        "services.web.env_file: the variable 'A' comes from the file of the secret 'file'",
    ),
    "the file of a secret as label_file": (
        {"compose.yaml": f"{PLAIN}    label_file: secret.txt\n", "secret.txt": f"A={SECRET}\n"},
        "services.web.label_file: the variable 'A' comes from the file of the secret 'file'",
    ),
    "a config made of the secret": (
        {
            "compose.yaml": f"{PLAIN}    configs: [c]\nconfigs: {{c: {{environment: A}}}}\n",
            ".env": "A=$PW\n",
        },
        "compose.yaml:5:15: error: configs.c.environment: the variable 'A' contains a secret",
    ),
    "the file of a secret as a Compose file": (
        {
            "compose.yaml": f"include: [secret.txt]\n{PLAIN}",
            "secret.txt": f"services: {{x: {{image: {SECRET}}}}}\n",
        },
        "secrets.file.file: this is also read as a Compose file",
    ),
    "an extended file that the secret names": (
        {
            "compose.yaml": f"{PLAIN}    extends: {{file: '$PW.yaml', service: a}}\n",
            f"{SECRET}.yaml": "services: {a: {image: a}}\n",
        },
        "compose.yaml:4:21: error: the variable 'PW' is the secret 'db'",
    ),
    "a folder that the secret names": (
        {
            "compose.yaml": f"include: [{{path: a.yaml, project_directory: $PW}}]\n{PLAIN}",
            "a.yaml": "services: {a: {image: a, volumes: ['./x:/x']}}\n",
        },
        "compose.yaml:1:45: error: the variable 'PW' is the secret 'db'",
    ),
    "a name that another variable gives": (
        {"compose.yaml": f"{PLAIN}    environment: ['$A']\n", ".env": "A=PW\n"},
        "compose.yaml:4:19: error: services.web.environment.$A: the variable 'PW' is the secret",
    ),
    "a name of build.args that another variable gives": (
        {"compose.yaml": f"{PLAIN}    build: {{context: ., args: ['$A']}}\n", ".env": "A=PW\n"},
        "compose.yaml:4:32: error: services.web.build.args.$A: the variable 'PW' is the secret",
    ),
    "a secret name in an include that passes a value through": (
        {
            "compose.yaml": f"include: [a.yaml]\n{PLAIN}",
            "a.yaml": "services: {a: {image: a, environment: [$PW]}}\n",
            ".env": f"{SECRET}=1\n",
        },
        "services.a.environment.$PW: the variable 'PW' is the secret 'db'",
    ),
    "variables of an include": (
        {
            "compose.yaml": f"include: [{{path: a.yaml, env_file: a.env}}]\n{PLAIN}",
            "a.env": "A=$PW\n",
            "a.yaml": "services: {a: {image: a, environment: [A]}}\n",
        },
        "services.a.environment.$A: the variable 'A' contains a secret",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_no_file_brings_a_secret(name: str) -> None:
    files, expected = FILES[name]
    found = said({**files, "compose.yaml": files["compose.yaml"] + DECLARED})
    assert [each for each in found if expected in each], found
    assert len(found) == 1


def test_variables_of_the_file_of_a_secret_are_secret() -> None:
    files = {
        "compose.yaml": f"{PLAIN}    environment: {{A: $A}}\nsecrets: {{all: {{file: .env}}}}\n",
        ".env": f"A={SECRET}\n",
    }
    (found,) = said(files)
    assert "the variable 'A' comes from the file of the secret 'all'" in found
    assert "keep what is not secret in another file" in found
    assert said(files, A="of the caller") == []


@pytest.mark.parametrize("name", ["COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "HOME"])
def test_nothing_is_named_by_a_secret(name: str) -> None:
    files = {"compose.yaml": PLAIN + DECLARED, ".env": f"{name}=a$LOW\nLOW=$PW\n"}
    assert said(files) == []
    (found,) = said({**files, ".env": f"LOW=$PW\n{name}=a$LOW\n"}, PW="lower")
    assert found.startswith("compose.yaml:1:1: error: the variable ")
    assert f"{name!r} contains a secret" in found
    (found,) = said(
        {"compose.yaml": f"{PLAIN}secrets: {{s: {{environment: {name}}}}}"}, **{name: "a"}
    )
    assert f"{name!r} is the secret 's'" in found


def test_the_name_of_a_project_that_a_later_file_leaves_empty_is_looked_at() -> None:
    files = {"a.yaml": f"name: $PW\n{PLAIN}{DECLARED}", "b.yaml": "name: ''\n"}
    with pytest.raises(ComposeError) as raised:
        load("a.yaml", "b.yaml", files=Memory(files), environment={"PW": "lower"})
    (found,) = raised.value.diagnostics
    assert str(found).startswith("a.yaml:1:7: error: name: the variable 'PW' is the secret 'db'")


NUMBERS = {
    "mem_limit": "mem_limit: ${PW}m",
    "cpus": "cpus: $PW",
    "deploy": "deploy: {replicas: $PW, resources: {reservations: {memory: '${PW}m'}}}",
    "expose": "expose: [$PW]",
    "ports": "ports: ['$PW:$PW']",
    "healthcheck": "healthcheck: {test: a, retries: $PW}",
}


@pytest.mark.parametrize("line", NUMBERS.values(), ids=NUMBERS)
def test_no_number_is_said_that_a_secret_gives(line: str) -> None:
    files = Memory({"compose.yaml": f"{PLAIN}    {line}\n{DECLARED}"})
    with pytest.raises(ComposeError, match="secret-shown") as raised:
        convert(files=files, environment={"PW": "777"})
    assert "777" not in repr(raised.value.diagnostics)


HARMLESS = {
    "a value that is the same": "    environment: {A: $OTHER, B: c2VudGluZWx}\n",
    "whether there is one": "    environment: {A: '${PW:+yes}', B: '${NO:-none}'}\n",
    "the secret itself": "    secrets: [db, file]\n",
    "a port that is the same": "    ports: ['80']\n",
    "an own key, which is as it is written": "    x-own: {environment: {PW: }}\n",
    "an own key at the top": "x-own: {environment: {PW: }, args: {PW: }}\n",
}


@pytest.mark.parametrize("line", HARMLESS.values(), ids=HARMLESS)
def test_where_it_comes_from_counts(line: str) -> None:
    for value in ("1", "postgres", "80"):
        files = {"compose.yaml": PLAIN + line + DECLARED}
        app = load(files=Memory(files), environment={"PW": value, "OTHER": value})
        assert app.project.services


def test_a_variable_of_the_same_name_may_be_another_one() -> None:
    files = {"compose.yaml": f"{PLAIN}    env_file: a.env\n{DECLARED}", "a.env": "PW=for-tests\n"}
    assert said(files) == []
    assert said({**files, "a.env": f"PW={SECRET}\n"})


def test_services_that_are_not_active_bring_nothing() -> None:
    lazy = "  lazy: {image: b, profiles: [x], environment: {A: $PW}}\n"
    assert said({"compose.yaml": PLAIN + lazy + DECLARED}) == []


def test_without_a_value_nothing_is_shown() -> None:
    files = Memory({"compose.yaml": f"{PLAIN}    environment: {{A: $PW}}\n{DECLARED}"})
    assert load(files=files).project.services["web"].environment == {"A": ""}


@pytest.mark.parametrize("written", [f"PW='{SECRET}'", f"PW={SECRET} # note", f'PW="{SECRET}$X"'])
@pytest.mark.parametrize("raw", [False, True])
def test_another_reading_of_the_line_of_a_secret_is_secret(written: str, *, raw: bool) -> None:
    form = ", format: raw" if raw else ""
    own = f"    environment: {{X: own}}\n    env_file: [{{path: x/../.env{form}}}]\n"
    secrets = "secrets: {db: {environment: PW}}\n"
    files = {"compose.yaml": f"{PLAIN}{own}{secrets}", ".env": f"{written}\n"}
    with pytest.raises(ComposeError) as raised:
        load(files=Memory(files), environment={"X": "around"})
    (found,) = [each for each in raised.value.diagnostics if each.code == "secret-shown"]
    assert "the variable 'PW' is the secret 'db'" in str(found)


@pytest.mark.parametrize(
    "way",
    [
        "    configs: [{source: c, target: /etc/app/c}]\nconfigs: {c: {file: ./vars.conf}}\n",
        "    volumes: ['./vars.conf:/etc/app/vars.conf:ro']\n",
        "    volumes: ['./conf:/etc/app:ro']\n",
    ],
)
def test_the_file_that_gives_the_variable_of_a_secret_is_not_delivered(way: str) -> None:
    file = "conf/vars.conf" if "conf:" in way and "vars" not in way else "vars.conf"
    files = {
        "compose.yaml": f"{PLAIN}{way}secrets: {{db: {{environment: PW}}}}\n",
        file: f"OTHER=1\nPW={SECRET}\n",
        "conf/other.conf": "x",
    }
    with pytest.raises(ComposeError, match=r"file of (a|the) secret"):
        convert(files=Memory(files), env_files=[file])
    assert convert(files=Memory(files), env_files=[file], environment={"PW": "another"}).to_yaml()


WAYS = {
    "a config": "    configs: [c]\nconfigs: {c: {file: ./real.txt}}\n",
    "a bind mount": "    volumes: ['./real.txt:/etc/app/real.txt:ro']\n",
    "a folder": "    volumes: ['./conf:/etc/app:ro']\n",
    "an env_file": "    env_file: real.txt\n",
}


@pytest.mark.parametrize("used", [False, True])
@pytest.mark.parametrize("confined", [False, True])
@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("secret", ["link.txt", "conf-link/real.txt", "over.txt", "real.txt"])
def test_what_the_link_of_a_secret_leads_to_is_the_secret(
    way: str, secret: str, tmp_path: Path, *, confined: bool, used: bool
) -> None:
    """Also of a secret that no service uses."""
    home = tmp_path / "home"
    (home / "conf").mkdir(parents=True)
    (tmp_path / "way").symlink_to("home")
    (home / "conf" / "real.txt").write_text(f"A={SECRET}\n")
    if "conf:" not in way:
        (home / "real.txt").write_text(f"A={SECRET}\n")
    target = "conf/real.txt" if "conf:" in way else "real.txt"
    (home / "link.txt").symlink_to(target)
    (home / "conf-link").symlink_to("conf" if "conf:" in way else ".")
    (home / "over.txt").symlink_to("link.txt")
    name = target if secret == "real.txt" else secret
    text = f"{PLAIN}{'    secrets: [s]' if used else ''}\n{way}secrets: {{s: {{file: {name}}}}}\n"
    (home / "compose.yaml").write_text(text)
    with pytest.raises(ComposeError, match=r"file of (a|the) secret") as raised:
        convert(
            project_directory=None if confined else tmp_path / "way",
            files=Disk(home if confined else None),
            *([] if confined else [tmp_path / "way" / "compose.yaml"]),  # noqa: B026
        )
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "way",
    [
        "    env_file: kept/a.env\n",
        "    configs: [c]\nconfigs: {c: {file: ./kept/a.env}}\n",
        "    volumes: ['./kept/in:/etc/app:ro']\n",
    ],
)
def test_what_is_in_the_folder_of_a_secret_is_secret(way: str) -> None:
    files = {
        "compose.yaml": f"{PLAIN}{way}secrets: {{s: {{file: ./kept}}}}\n",
        "kept/a.env": f"A={SECRET}\n",
        "kept/in/a.conf": SECRET,
    }
    with pytest.raises(ComposeError, match=r"file of (a|the) secret"):
        convert(files=Memory(files))


def test_the_variable_of_a_secret_that_no_service_uses_is_secret() -> None:
    files = {
        "compose.yaml": f"{PLAIN}    configs: [c]\nconfigs: {{c: {{environment: PW}}}}{DECLARED}"
    }
    with pytest.raises(ComposeError, match="this is the variable of a secret"):
        convert(files=Memory(files), environment={"PW": SECRET})


def secretive(case: Case, index: int, shape: str) -> bool:
    """Let the variable of a secret give one value of a case; tell whether that is refused."""
    node = document(case.compose or "")
    assert isinstance(node, yaml.MappingNode)
    leaf = scalars(node)[index]
    if leaf.tag.endswith(":null"):
        return False
    fill(leaf, "CANARY")
    with_secret(node)
    try:
        app = case.load_instead(yaml.serialize(node), {"CANARY": shape})
        made = json.dumps([app.to_compose(), app.to_compose(extensions=True)])
        result = emit(app)
    except ComposeError:
        return True  # what is said of it is looked at in `test_masks`
    assert CANARY not in f"{made}{result.to_yaml()}{result.sources!r}".lower()
    return False


def with_secret(node: yaml.MappingNode) -> None:
    """Add a secret that the variable CANARY holds."""
    added = document("secrets: {zz: {environment: CANARY}}")
    assert isinstance(added, yaml.MappingNode)
    for key, value in node.value:
        if key.value == "secrets" and isinstance(value, yaml.MappingNode):
            value.value += added.value[0][1].value
            return
    node.value += added.value


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(PLACES), st.sampled_from(SHAPES))
def test_the_variable_of_a_secret_gives_no_value(place: tuple[Case, int], shape: str) -> None:
    secretive(*place, shape)


@pytest.mark.slow
def test_the_variable_of_a_secret_gives_no_value_anywhere() -> None:
    """Of four places one: all of them take half a minute."""
    refused = [
        secretive(case, index, SHAPES[number % len(SHAPES)])
        for number, (case, index) in enumerate(PLACES[::4])
    ]
    assert sum(refused) > len(refused) / 2
