"""No message shows what came from a variable, a file of variables or a secret."""

import json
import re
from collections.abc import Iterator, Mapping

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import ComposeError, Memory, convert, emit, load
from compose2cfn.source.budget import Budget
from compose2cfn.source.dotenv import parse_dotenv, parse_raw
from compose2cfn.source.provenance import Provenance
from tests.cases import Case, sampled
from tests.masked import MEASURES, OURS, SOIL, document, fill, filled, said, scalars
from tests.source.projects import Made, projects
from tests.source.values import VARIABLES

CANARY = "c4n4ry"
SHAPES = (
    *(CANARY, f"{CANARY}:x", f"/{CANARY}", f"./{CANARY}/b:/{CANARY}", f"arn:aws:s3:::{CANARY}"),
    *(f"{CANARY.upper()} {CANARY}!", f"{CANARY}=1", f"{CANARY}-80:{CANARY}", f"99{CANARY}"),
    *(f"{CANARY}.x/{CANARY}:1@{CANARY}", f"sg-{CANARY}", f"{{{{{CANARY}", f"{{{CANARY}: [}}"),
    f"{{Resources: {{{CANARY}: 1}}}}",
)


def shown(error: BaseException) -> Iterator[str]:
    """Write an exception in every way, and what led to it."""
    yield from (str(error), repr(error))
    if isinstance(error, ComposeError):
        yield from (repr(error.args), *map(repr, error.diagnostics))
    for above in (error.__cause__, error.__context__):
        if above is not None:
            yield from shown(above)


def everything(
    files: Mapping[str, str],
    variables: Mapping[str, str] | None = None,
    paths: tuple[str, ...] = ("compose.yaml",),
) -> tuple[str, str]:
    """Convert; return all that is said, and all that is made."""
    memory = Memory(files)
    try:
        app = load(*paths, files=memory, environment=variables or {})
        made = json.dumps([app.to_compose(), app.to_compose(extensions=True)])
        result = emit(app)
    except ComposeError as error:
        return "\n".join(shown(error)), ""
    texts = (result.to_yaml(), result.to_json(), repr(result.sources), made)
    return "\n".join(map(repr, result.diagnostics)), "\n".join(texts)


SERVICE = "services:\n  web:\n    image: nginx\n"
LEAKS: dict[str, tuple[dict[str, str], str]] = {
    "a line of .env that is no assignment": (
        {"compose.yaml": SERVICE, ".env": f"A=1\nmy {CANARY}\n"},
        "error: a name cannot have a space; write NAME=value [env-file-syntax]",
    ),
    "a sign in a line of .env": (
        {"compose.yaml": SERVICE, ".env": f"{CANARY}!=1\n"},
        ".env:1:7: error: this character cannot be in the name of a variable; write NAME=value",
    ),
    "a name in an env_file without UTF-8": (
        {"compose.yaml": SERVICE + "    env_file: a.env\n", "a.env": f"{CANARY}=\udcff\n"},
        "a.env:1:8: warning: this value is not UTF-8; save the file as UTF-8",
    ),
    "a dollar sign in a value of .env": (
        {"compose.yaml": SERVICE, ".env": f"PASSWORD=pa${CANARY}\n"},
        ".env:1:10: warning: this value names a variable that is not set",
    ),
    "a brace in a value of .env": (
        {"compose.yaml": SERVICE, ".env": f"PASSWORD=pa${{{CANARY}!x}}\n"},
        ".env:1:10: error: a substitution in this value is not valid",
    ),
    "a required variable in a value of .env": (
        {"compose.yaml": SERVICE, ".env": f"PASSWORD=${{A?{CANARY}}}\n"},
        ".env:1:10: error: this value needs a variable that is not set; set it first",
    ),
    "a name in a raw file": (
        {
            "compose.yaml": SERVICE + "    env_file: [{path: a.env, format: raw}]\n",
            "a.env": f"my {CANARY}\n",
        },
        "a.env:1:1: error: a name cannot have a space; write NAME=value",
    ),
    "a project name of .env": (
        {"compose.yaml": SERVICE, ".env": f"COMPOSE_PROJECT_NAME={CANARY.upper()}\n"},
        "error: COMPOSE_PROJECT_NAME is not a valid project name",
    ),
    "a file that .env names": (
        {".env": f"COMPOSE_FILE={CANARY}\n"},
        ".env:1:1: error: COMPOSE_FILE names something, which is not a file",
    ),
    "a tag with a value of its own": (
        {"compose.yaml": SERVICE + f"    environment: {{A: !!binary '{CANARY}!'}}\n"},
        "compose.yaml:4:22: error: this is not valid base64",
    ),
    "a number with a value of its own": (
        {"compose.yaml": SERVICE + f"    environment: {{A: !!int '{CANARY}'}}\n"},
        "compose.yaml:4:22: error: this is not a valid int",
    ),
}


@pytest.mark.parametrize("name", LEAKS)
def test_no_line_of_a_file_of_variables_is_repeated(name: str) -> None:
    files, expected = LEAKS[name]
    try:
        found = convert(files=Memory(files)).diagnostics
    except ComposeError as error:
        assert CANARY not in "\n".join(shown(error)).lower()  # noqa: PT017 - of what may be raised
        found = error.diagnostics
    text = "\n".join(map(str, found))
    assert CANARY not in text.lower()
    assert expected in text


WRITTEN = {
    "image: 'a ${PW}'": "this is not a valid name of an image",
    "ports: ['${PW}']": "'${PW}' is not a valid port",
    "platform: x${PW}": "'x${PW}' is not a platform of ECS",
    "network_mode: $PW": "'$PW' is not a valid network mode",
    "cgroup: ${PW:-no}": "'${PW:-no}' is not a valid value",
    "networks: ['${PW}']": "services.web.networks.${PW}: there is no network ${PW}",
    "environment: ['$PW', '$PW']": None,
    "extra_hosts: ['$PW']": "'$PW' has no address; write NAME=ADDRESS",
    "volumes: ['/a:/b:/c:$PW']": "'/a:/b:/c:$PW' has too many colons",
    "env_file: $PW.env": "there is no file $PW.env",
    "extends: {file: $PW.yaml, service: a}": "there is no file $PW.yaml",
    "extends: {service: $PW}": "there is no service $PW in compose.yaml",
    "depends_on: [$PW]": "services.web.depends_on.$PW: there is no service $PW",
    "links: ['$PW:a']": "there is no service $PW:a",
    "x-aws-role: $PW": "'$PW' is neither the ARN of a role nor a policy document",
    "cap_add: [$PW]": "'$PW' is not a capability that ECS knows",
    "expose: [$PW]": "'$PW' is not a valid port",
    "mem_limit: ${PW}": None,
    "image: '${S3CRET!x}'": "${S3CRET!x} is not a valid substitution",
    "command: ${UNSET?$PW}": "the variable 'UNSET' is not set: $PW; set it",
    "logging: {driver: $PW}": "Fargate does not have the log driver '$PW'",
    "x-aws-pull_credentials: $PW": "'$PW' is not the ARN of a secret",
    "x-aws-secrets: {A: !Ref $PW}": "the template has no '$PW'",
}


@pytest.mark.parametrize("line", WRITTEN)
def test_messages_show_what_is_written(line: str) -> None:
    service = f"services:\n  web:\n    image: nginx\n    {line}\n"
    if line.startswith("image"):
        service = f"services:\n  web:\n    {line}\n"
    told, _ = everything({"compose.yaml": service}, {"PW": CANARY, "S3CRET": CANARY})
    assert CANARY not in told.lower()
    if expected := WRITTEN[line]:
        text = "\n".join(str(each) for each in said_of(service, {"PW": CANARY, "S3CRET": CANARY}))
        assert expected in text


def said_of(text: str, variables: Mapping[str, str]) -> tuple[object, ...]:
    """List what is said of a Compose file."""
    try:
        return convert(files=Memory({"compose.yaml": text}), environment=variables).diagnostics
    except ComposeError as error:
        return error.diagnostics


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    "line",
    [
        *("links: [$PW]", "depends_on: [$PW]", "volumes_from: [$PW]", "networks: [$PW]"),
        "links: [$PW]\n    depends_on: [web2]",
        *("env_file: [$PW]", "label_file: $PW", "ipc: service:$PW", "pid: service:$PW"),
        *("network_mode: service:$PW", "secrets: [$PW]", "configs: [$PW]", "profiles: [$PW]"),
    ],
)
def test_names_that_a_variable_gives_are_not_shown(line: str, shape: str) -> None:
    for found in said_of(SERVICE + f"    {line}\n", {"PW": shape}):
        assert CANARY not in repr(found).lower()


def test_a_folder_that_a_variable_gives_is_not_shown() -> None:
    files = {
        "compose.yaml": "include: [{path: web.yaml, project_directory: $PW}]",
        "web.yaml": SERVICE + "    env_file: a.env\n",
    }
    with pytest.raises(ComposeError) as raised:
        convert(files=Memory(files), environment={"PW": CANARY})
    assert CANARY not in "\n".join(shown(raised.value))
    assert "there is no file a.env" in str(raised.value)


def test_what_is_written_itself_is_shown() -> None:
    found = said_of(SERVICE + "    network_mode: corporate\n", {"PW": "corporate"})
    assert "'corporate' is not a valid network mode" in str(found)


@pytest.mark.parametrize("case", sampled(SOIL, 8))
def test_no_message_of_a_case_shows_a_value_of_a_variable(case: Case) -> None:
    """Each code has a case, so a new message that shows a value of a variable fails here."""
    file = filled(case)
    assert file is not None
    for found in said(case, file.text, file.variables):
        text = str(found).partition(": ")[2]
        for value in file.variables.values():
            if len(value) < 2 or value in file.known | OURS or found.code in MEASURES:
                continue
            assert not re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text), found


def canaried(case: Case, index: int, shape: str) -> None:
    """Check what is said if a variable gives one value of a case."""
    node = document(case.compose or "")
    assert node is not None
    leaf = scalars(node)[index]
    if leaf.tag.endswith(":null"):
        return
    fill(leaf, "CANARY")
    for found in said(case, yaml.serialize(node), {"CANARY": shape}):
        assert CANARY not in f"{found} {found!r}".lower()


PLACES = [
    (case, index)
    for case in SOIL
    if len(case.compose or "") < 4000  # others take seconds
    for index in range(len(scalars(document(case.compose or "") or yaml.ScalarNode("", ""))))
]


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.sampled_from(PLACES), st.sampled_from(SHAPES))
def test_a_variable_may_give_any_value(place: tuple[Case, int], shape: str) -> None:
    canaried(*place, shape)


@pytest.mark.slow
def test_a_variable_may_give_every_value() -> None:
    for number, (case, index) in enumerate(PLACES):
        canaried(case, index, SHAPES[number % len(SHAPES)])


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(projects(), st.sampled_from(SHAPES))
def test_no_message_of_a_made_up_project_shows_a_value_of_a_variable(
    made: Made, shape: str
) -> None:
    told, _ = everything(
        {**made.content, ".env": f"LINE=1{shape}\n"}, dict.fromkeys(VARIABLES, shape), made.files
    )
    assert CANARY not in told.lower()


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(projects(), st.sampled_from(SHAPES))
def test_nothing_of_a_made_up_project_has_a_secret(made: Made, shape: str) -> None:
    told, result = everything(
        {**made.content, "s.txt": shape}, {**VARIABLES, "KEPT": shape}, made.files
    )
    assert CANARY not in f"{told}{result}".lower()


PIECES = st.sampled_from(
    (
        *(CANARY, CANARY, " ", "\t", "=", ":", "#", "'", '"', "$", "${", "}", "\\", "\n", "\r"),
        *("é", "export ", "A=", "?", ":-", ":?", "!", "$$", "\udcff", "\x00", "[", "-", "."),
    )
)


@settings(max_examples=400, deadline=None, derandomize=True, database=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_what_is_wrong_in_a_file_of_variables_is_said_without_its_text(text: str) -> None:
    for found in (
        *parse_dotenv(text, {}, "a.env", budget=Budget(), provenance=Provenance())[1],
        *parse_raw(text, {}, "a.env", provenance=Provenance())[1],
    ):
        assert CANARY not in repr(found)
        assert found.at is not None
        assert found.at.line <= text.count("\n") + 1


VALUES = st.text(st.sampled_from("$ {}:-=!'\"#@/.\\a1"), max_size=8).map(CANARY.__add__)


@settings(max_examples=30, deadline=None, derandomize=True, database=None)
@given(st.lists(VALUES, min_size=4, max_size=4))
def test_no_file_and_no_variable_of_secrets_is_read(values: list[str]) -> None:
    compose = (
        "services:\n  web:\n    image: nginx\n    env_file: web.env\n"
        "    secrets: [of_file, of_variable, made]\n    labels: {a: '$$SHOWN'}\n"
        "secrets:\n  of_file: {file: ./secret.txt}\n  of_variable: {environment: SECRET}\n"
        "  made: {file: ./secret.txt, x-aws-create: true}\n"
    )
    files = {
        "compose.yaml": compose,
        "secret.txt": values[0],
        ".env": f"UNUSED='{values[2]}\n",
        "web.env": "A=1\n",
    }
    said_, made = everything(files, {"SECRET": values[1]})
    assert CANARY not in said_ + made
    files[".env"] = "UNUSED=1\n"
    said_, made = everything(files, {"SECRET": values[1]})
    assert made
    assert CANARY not in said_ + made
    files["web.env"] = f"{values[3]}\nB={values[3]}\n"
    assert CANARY not in everything(files, {"SECRET": values[1]})[0]


def test_config_files_of_secrets_are_names_only() -> None:
    files = {"compose.yaml": SERVICE + "    secrets: [a]\nsecrets: {a: {file: ./a.txt}}\n"}
    assert everything({**files, "a.txt": CANARY}) == everything(files)


def test_a_word_of_ours_from_a_variable_is_shown_as_it_is_written() -> None:
    files = {"compose.yaml": "x-aws-loadbalancer: ${WHERE}\n" + SERVICE + "    ports: ['80:80']\n"}
    told, _ = everything(files, {"WHERE": "internal"})
    assert "'${WHERE}' does not name a load balancer; write {scheme: ${WHERE}}" in told
    assert "internal" not in told
