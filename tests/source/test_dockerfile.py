"""What a Dockerfile surely puts into its image; everything else counts as not being there."""

import pytest

from compose2cfn.limits import MOST_COPIES
from compose2cfn.source.dockerfile import read_dockerfile
from tests.calls import calls


def holds(text: str, path: str, at: str, **choices: object) -> bool:
    folder = bool(choices.pop("folder", True))
    target = str(choices.pop("target", ""))
    arguments = choices.pop("arguments", {})
    contexts = choices.pop("contexts", ())
    assert isinstance(arguments, dict)
    assert isinstance(contexts, tuple)
    image = read_dockerfile(text, target=target, arguments=arguments, contexts=contexts)
    return image is not None and image.holds(path, at, folder=folder)


SURE = {
    "all": ("FROM x\nCOPY . /app", "src", "/app/src"),
    "itself": ("FROM x\nWORKDIR /app\nCOPY . .", "", "/app"),
    "folder": ("FROM x\nCOPY src /app/code/", "src", "/app/code"),
    "inside": ("FROM x\nCOPY ./src/ /app/code", "src/a/b", "/app/code/a/b"),
    "add": ("from x\nadd src /srv", "src", "/srv/"),
    "listed": ('FROM x\nCOPY ["a b", "src", "/app/"]', "src", "/app"),
    "options": ("FROM x\nCOPY --link --chown=1:1 --chmod=755 src /app", "src", "/app"),
    "continued": ("FROM x\nCOPY \\\n  # why\n\n  src \\\n  /app", "src", "/app"),
    "escape": ("# escape=`\nFROM x\nCOPY `\n  src /app", "src", "/app"),
    "relative": ("FROM x\nWORKDIR /a\nWORKDIR b\nCOPY src c", "src", "/a/b/c"),
    "known base": ("FROM node:20-alpine\nCOPY src app", "src", "/app"),
    "scratch": ("FROM scratch\nCOPY src app", "src", "/app"),
    "leading slash": ("FROM x\nCOPY /src /app", "src", "/app"),
    "stage by name": (
        "FROM x AS base\nWORKDIR /app\nCOPY . .\nFROM base\nRUN make",
        "src",
        "/app/src",
    ),
    "copied from a stage": (
        "FROM x AS build\nCOPY src /w/src\nFROM y\nCOPY --from=build /w /app",
        "src",
        "/app/src",
    ),
    "copied from a number": (
        "FROM x\nCOPY src /w/src\nFROM y\nCOPY --from=0 /w/src /app",
        "src",
        "/app",
    ),
    "argument": ("FROM x\nARG D=/app\nCOPY src $D/src", "src", "/app/src"),
    "variable": ('FROM x\nENV HOME_OF="/app" B=1\nWORKDIR ${HOME_OF}\nCOPY src s', "src", "/app/s"),
    "old variable": ("FROM x\nENV D /app\nCOPY src $D", "src", "/app"),
    "default": ("FROM x\nARG D\nCOPY src ${D:-/app}/x", "src", "/app/x"),
    "outer argument": ("ARG D=/app\nFROM x\nARG D\nCOPY src $D", "src", "/app"),
    "heredoc before": ("FROM x\nRUN <<EOF\nCOPY a b\nEOF\nCOPY src /app", "src", "/app"),
}


@pytest.mark.parametrize("case", SURE)
def test_folders_that_are_there(case: str) -> None:
    assert holds(*SURE[case])


UNSURE = {
    "other place": ("FROM x\nCOPY src /app", "src", "/srv"),
    "other folder": ("FROM x\nCOPY src /app", "sources", "/app"),
    "only a part": ("FROM x\nCOPY src /app/src", "", "/app"),
    "no copy": ("FROM x\nCMD run", "src", "/app"),
    "no stage": ("COPY src /app", "src", "/app"),
    "unknown base": ("FROM x\nCOPY . app", "src", "/app/src"),
    "image": ("FROM x\nCOPY --from=nginx:1.27 / /", "src", "/src"),
    "earlier stage": ("FROM x\nCOPY src /app\nFROM y", "src", "/app"),
    "later stage": (
        "FROM x\nCOPY --from=later / /\nFROM y AS later\nCOPY src /app\nFROM 0",
        "src",
        "/app",
    ),
    "heredoc": ("FROM x\nCOPY <<EOF /app/src\nsrc\nEOF", "src", "/app/src"),
    "text of a heredoc": ("FROM x\nRUN <<-'END'\nCOPY src /app\n\tEND", "src", "/app"),
    "pattern": ("FROM x\nCOPY s* /app/", "src", "/app/src"),
    "excluded": ("FROM x\nCOPY --exclude=*.md . /app", "src", "/app/src"),
    "parents": ("FROM x\nCOPY --parents a/src /app/", "a/src", "/app/a/src"),
    "unknown variable": ("FROM x\nCOPY src $WHERE", "src", "/"),
    "platform": ("FROM x\nCOPY src /app/$TARGETARCH", "src", "/app/amd64"),
    "address": ("FROM x\nADD https://example.com/src /app", "src", "/app"),
    "comment": ("FROM x\n# COPY src /app", "src", "/app"),
    "bad list": ('FROM x\nCOPY ["src" /app]', "src", "/app"),
    "on build": ("FROM x\nONBUILD COPY src /app", "src", "/app"),
    "argument of another stage": (
        "FROM x AS a\nARG D=/app\nFROM a\nCOPY src $D",
        "src",
        "/app",
    ),
    "nothing": ("", "", "/"),
}


@pytest.mark.parametrize("case", UNSURE)
def test_folders_that_may_be_elsewhere(case: str) -> None:
    assert not holds(*UNSURE[case])


@pytest.mark.parametrize(
    ("text", "at", "there"),
    [
        ("COPY a.py /app/a.py", "/app/a.py", True),
        ("COPY a.py /app/", "/app/a.py", True),
        ("WORKDIR /app\nCOPY a.py .", "/app/a.py", True),
        ("WORKDIR /app\nCOPY a.py ./b.py", "/app/b.py", True),
        ("WORKDIR /app\nCOPY a.py b.py ./", "/app/a.py", True),
        ("COPY *.py /app/", "/app/a.py", True),
        ("COPY a*.txt /app/", "/app/a.py", False),
        ("COPY . /app", "/app/a.py", True),
        ("COPY a.py /app/b.py", "/app/a.py", False),
    ],
)
def test_single_files(text: str, at: str, *, there: bool) -> None:
    assert holds(f"FROM x\n{text}", "a.py", at, folder=False) is there


def test_archives_that_are_unpacked_are_not_there() -> None:
    assert holds("FROM x\nCOPY a.tgz /app/", "a.tgz", "/app/a.tgz", folder=False)
    assert not holds("FROM x\nADD a.tgz /app/", "a.tgz", "/app/a.tgz", folder=False)


def test_targets_and_arguments_of_the_caller() -> None:
    text = "ARG D=/a\nFROM x AS dev\nARG D\nCOPY src $D\nFROM y AS prod\nCOPY src /p"
    assert holds(text, "src", "/p")
    assert holds(text, "src", "/a", target="dev")
    assert holds(text, "src", "/a", target="0")
    assert holds(text, "src", "/b", target="DEV", arguments={"D": "/b"})
    assert not holds(text, "src", "/a", target="dev", arguments={"D": "/b"})
    assert not holds(text, "src", "/a", target="test")


def test_additional_contexts_hide_stages_and_images() -> None:
    text = "FROM x AS base\nCOPY src /app\nFROM base"
    assert holds(text, "src", "/app")
    assert not holds(text, "src", "/app", contexts=("base",))
    copied = "FROM x AS base\nCOPY src /app\nFROM y\nCOPY --from=base /app /app"
    assert holds(copied, "src", "/app")
    assert not holds(copied, "src", "/app", contexts=("base",))


def test_a_maze_of_stages_ends() -> None:
    stage = "FROM x AS s{0}\nCOPY --from=s{1} /a /\nCOPY --from=s{1} /b /\n"
    text = "FROM x AS s0\nCOPY src /app\n" + "".join(
        stage.format(number, number - 1) for number in range(1, 60)
    )
    assert calls(lambda: holds(text, "src", "/nowhere")) < 200 * MOST_COPIES
    assert not holds(text, "src", "/nowhere")


def test_a_stage_does_not_copy_from_itself() -> None:
    """Docker refuses it; ways through it would become longer and longer."""
    text = "FROM x AS s0\nCOPY src /app/\nCOPY --from=s0 /app/a /app/\nCOPY --from=0 /b /app"
    assert calls(lambda: holds(text, "other", "/app/b/c")) < 5000
    assert holds(text, "src", "/app")


def test_a_maze_of_deep_folders_ends() -> None:
    deep = "/a" * 1500
    stage = f"FROM x AS s{{0}}\nCOPY --from=s{{1}} {deep} /a/\nCOPY --from=s{{1}} /b{deep} /a\n"
    text = "FROM x AS s0\nCOPY src /app\n" + "".join(
        stage.format(number, number - 1) for number in range(1, 60)
    )
    assert calls(lambda: holds(text, "src", deep)) < 200 * MOST_COPIES


@pytest.mark.parametrize(
    "text",
    [
        "FROM x\n" + "COPY a b \\\n" * 20_000,
        "FROM x\nENV " + "A=$A$A$A " * 2_000,
        "FROM x\nCOPY " + "*" * 50_000 + "a /app/",
        "FROM x\nCOPY " + "${" * 50_000,
        "FROM x\nRUN " + "<<" * 50_000,
        "FROM x\nARG A=aaaaaaaaaaaaaaaa\n" + "ARG A=$A$A$A$A\n" * 60,
        "FROM x\nCOPY " + "[" * 50_000,
        "FROM x\nENV " + " ".join(f"A{number}=1" for number in range(20_000)) + "\nFROM 0" * 9_000,
    ],
    ids=["continued", "variables", "stars", "braces", "heredocs", "doubling", "deep", "stages"],
)
def test_hostile_texts_take_few_steps(text: str) -> None:
    assert calls(lambda: holds(text, "src", "/app")) < 1_000_000
    assert not holds(text, "src", "/app")
