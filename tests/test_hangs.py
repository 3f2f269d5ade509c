"""Inputs that took minutes or gigabytes, or ended in a traceback, each one of a kind.

Processor time is bounded by so much that only what is not linear reaches the bound.
"""

import json
import signal
from collections.abc import Iterator
from types import FrameType

import pytest

from compose2cfn import ComposeError, Memory, convert
from tests.growing import Project, chain, named, one, services, whole
from tests.large import compose

pytestmark = pytest.mark.slow

SECONDS = 20

TEXTS = {
    "a password in a text": "?password=a" * 10_000 + "\n",
    "zeros and a sign": "0" * 100_000 + "!",
    "decimals": "1." + "0" * 100_000 + "!",
    "dollar signs": "$$" * 200_000,
    "open braces": "${A:-" * 20_000,
    "defaults within defaults": "${A:-" * 20_000 + "}" * 20_000,
    "dots": "a." * 100_000,
    "slashes": "/" * 200_000,
    "spaces": " " * 200_000 + "!",
    "commas": "a," * 100_000,
    "durations": "1h" * 100_000 + "!",
    "colons": ":" * 200_000,
    "equals signs": "a=" * 100_000,
    "quotes": "'" * 200_001,
    "at signs": "//a@" * 50_000,
}
KEYS = [
    *("image", "cpus", "mem_limit", "shm_size", "stop_grace_period", "hostname", "user", "command"),
    *("platform", "network_mode", "pid", "working_dir", "container_name"),
    *("x-aws-role", "x-aws-task"),
]


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """End a test that takes too much of the processor's time."""

    def give_up(_signal: int, _frame: FrameType | None) -> None:
        pytest.fail(f"this takes more than {SECONDS} seconds")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    yield
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    signal.signal(signal.SIGVTALRM, before)


def codes(project: Project) -> set[str]:
    """Convert a project, and give the codes of the errors."""
    try:
        convert(files=Memory(project))
    except ComposeError as error:
        return {found.code for found in error.diagnostics if found.severity.value == "error"}
    return set()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_no_long_text_takes_long(text: str) -> None:
    for key in KEYS:
        codes(one(**{key: text}))
    codes(one(environment={"A": text}, labels={"a": text}, ports=[text], volumes=[text]))
    limits = {"cpus": text, "memory": text}
    codes(one(deploy={"resources": {"limits": limits}}, healthcheck={"test": text}, tmpfs=text))


def nested(aliases: int, brackets: int) -> Project:
    """Nest lists by aliases."""
    lines = ["x-0: &a0 [1]"]
    for number in range(1, aliases + 1):
        inner = f"*a{number - 1}"
        lines.append(f"x-{number}: &a{number} {'[' * brackets}{inner}{']' * brackets}")
    return {"compose.yaml": "\n".join([*lines, "services: {web: {image: a}}"])}


def doubling(count: int) -> str:
    """Write variables of which each is twice as long as the one before."""
    return "V0=0123456789\n" + "".join(f"V{n}=$V{n - 1}$V{n - 1}\n" for n in range(1, count))


def repeated(count: int, size: int) -> Project:
    """Repeat a large text by aliases."""
    values = "\n".join(f"      V{number}: *a" for number in range(count))
    text = f"x-a: &a {'x' * size}\nservices:\n  web:\n    image: a\n    environment:\n{values}\n"
    return {"compose.yaml": text}


def fibonacci(count: int, key: str) -> Project:
    """Make services that each name the two before."""
    made = services(count)
    for number in range(2, count):
        made[f"s{number}"][key] = [f"s{number - 1}", f"s{number - 2}"]
    return whole({"services": made})


def included_often(count: int) -> Project:
    """Include a large file often, each time with other variables."""
    entries = [{"path": f"b{n}.yaml"} for n in range(count)]
    variables = json.dumps(dict.fromkeys(named(20_000), "$A"))
    files = {
        f"b{n}.yaml": f"services: {{s{n}: {{image: a, environment: {variables}}}}}"
        for n in range(count)
    }
    return {"compose.yaml": json.dumps({"include": entries}), **files}


BLOWN: dict[str, tuple[Project, set[str]]] = {
    "aliases": (nested(3, 180), {"yaml-limit"}),
    "aliases below a key of ours": (
        {"compose.yaml": nested(3, 180)["compose.yaml"].replace("x-", "x-aws-")},
        {"yaml-limit"},
    ),
    "brackets": (nested(1, 190), set()),
    "aliases of a large text": (repeated(200, 1_000_000), {"input-limit"}),
    "variables": ({**one(environment={"A": "$V39"}), ".env": doubling(40)}, {"input-limit"}),
    "env_file": ({**one(env_file="v.txt"), "v.txt": doubling(40)}, {"input-limit"}),
    "env_file of many services": (
        # What the others have that were read before is found as well.
        whole({"services": services(500, env_file="v.txt")}, v="A=" + "x" * 1_000_000),
        {"input-limit", "task-size"},
    ),
    "extends": (
        whole(
            {"services": services(100, extends={"file": "v.txt", "service": "a"})},
            v=json.dumps({"services": {"a": {"environment": dict.fromkeys(named(10_000), "a")}}}),
        ),
        {"input-limit"},
    ),
    "include": (included_often(60), {"input-limit"}),
    "volumes_from": (fibonacci(40, "volumes_from"), set()),
    "depends_on": (fibonacci(40, "depends_on"), set()),
    "odd anchors": (
        {
            "compose.yaml": "".join(f"x-{n}: &a+{n} 1\ny-{n}: *a+{n}\n" for n in range(20_000))
            + "services: {web: {image: a}}"
        },
        {"unknown-key", "findings-more"},
    ),
    "wrong keys": (one(**dict.fromkeys(named(20_000), 1)), {"unknown-key", "findings-more"}),
    "a thousand services": (
        {"compose.yaml": compose(1000, ports=50, volumes=5)},
        {"template-size"},
    ),
    "wrong services": (
        whole({"services": services(5_000, image=[1])}),
        {"wrong-type", "findings-more"},
    ),
    "an odd variable": (one(environment={"A$B": "c"}), set()),
    "a date in an overlay": (
        {"compose.yaml": "services: {a: {image: a}}\nx-aws-cloudformation: 'A: 2020-01-01'"},
        {"overlay-unknown"},
    ),
}


@pytest.mark.parametrize(("project", "expected"), BLOWN.values(), ids=BLOWN)
def test_nothing_blows_up(project: Project, expected: set[str]) -> None:
    assert codes(project) == expected


@pytest.mark.parametrize("back", [False, True])
@pytest.mark.parametrize("key", ["volumes_from", "depends_on", "links"])
def test_chains_may_be_long(key: str, *, back: bool) -> None:
    assert codes(chain(1000, key, back=back)) <= {"template-size"}


def test_a_cycle_of_any_length_is_told() -> None:
    for key in ("volumes_from", "depends_on", "extends"):
        project = json.loads(chain(500, key if key != "extends" else "links")["compose.yaml"])
        for number, service in enumerate(project["services"].values()):
            before = f"s{(number or 500) - 1}"
            service[key] = before if key == "extends" else [before]
        assert "cycle" in codes(whole(project)), key


def ignoring(line: str, name: str, *, files: int = 1000, services: int = 20) -> Project:
    """Mount a folder with many files into services, beside many patterns."""
    patterns = "".join(line.replace("N", str(number)) + "\n" for number in range(1000))
    made = {
        f"s{number}": {"build": ".", "image": "a", "volumes": ["./src:/app/src"]}
        for number in range(services)
    }
    return {
        **whole({"services": made}),
        **{f"src/{name}{number}": "x" for number in range(files)},
        "Dockerfile": "FROM nginx\nCOPY . /other\n",
        ".dockerignore": patterns,
        ".gitignore": patterns,
    }


PATTERNS = {
    "plain": ignoring("N.txt", "a"),
    "with a suffix": ignoring("*.xN", "a"),
    "with stars": ignoring("*a" * 20 + "?", "a" * 200),
    "with a long run": ignoring("*" + "a" * 50 + "[b]?", "a" * 200),
    "with folders": ignoring("**/a/**/*a*/**", "a/" * 50),
}


@pytest.mark.parametrize("project", PATTERNS.values(), ids=PATTERNS)
def test_patterns_do_not_take_for_ever(project: Project) -> None:
    codes(project)
