"""Patterns of .gitignore and .dockerignore, as git and Docker read them."""

import pytest

from compose2cfn.limits import MOST_PATTERNS
from compose2cfn.source.patterns import docker_ignore, git_ignore
from tests.calls import calls


@pytest.mark.parametrize(
    ("text", "path", "said"),
    [
        ("data", "data", True),
        ("data", "a/data", True),
        ("data/", "data", True),
        ("/data", "data", True),
        ("/data", "a/data", None),
        ("a/data", "a/data", True),
        ("a/data", "b/a/data", None),
        ("*.d", "conf.d", True),
        ("d?t[a-c]", "data", True),
        ("d[!b-z]ta", "data", True),
        ("d[^a]ta", "data", None),
        ("**/data", "a/b/data", True),
        ("**/data", "data", True),
        ("a/**/data", "a/data", True),
        ("a/**/data", "a/b/c/data", True),
        ("data/**", "data", None),
        ("data/**", "data/a", True),
        ("data/*", "data", None),
        ("*\n!data", "data", False),
        ("data\n!data\ndata", "data", True),
        ("# data", "data", None),
        ("\\#data", "#data", True),
        ("\\!data", "!data", True),
        ("", "data", None),
        ("/", "data", None),
        ("!", "data", None),
        ("dat\\a", "data", True),
        ("data  ", "data", True),
        ("[", "[", True),
    ],
)
def test_git(text: str, path: str, *, said: bool | None) -> None:
    assert git_ignore(text).says(path, folder=True) is said


def test_git_tells_folders_from_files() -> None:
    assert git_ignore("data/").says("data", folder=False) is None


@pytest.mark.parametrize(
    ("text", "path", "left_out"),
    [
        ("data", "data", True),
        ("data", "data/a", True),
        ("data", "a/data", False),
        ("/data/", "data", True),
        ("./data", "data", True),
        ("**/data", "a/data", True),
        ("*/data", "a/data", True),
        ("*\n!src", "src/a", False),
        ("*\n!src", "data/a", True),
        ("*.md\n!README.md", "README.md", False),
        ("# data", "data", False),
        ("", "data", False),
        (".", "data", False),
        ("../data", "data", True),
        ("! src\nsrc", "src", True),
    ],
)
def test_docker(text: str, path: str, *, left_out: bool) -> None:
    assert docker_ignore(text).leaves_out(path) is left_out


@pytest.mark.parametrize(
    "pattern", ["*a" * 200 + "b", "**/" * 200 + "b", "[a-z]*" * 200 + "!", "?" * 4000]
)
def test_patterns_take_few_steps(pattern: str) -> None:
    path = "/".join(["a" * 200] * 15)
    assert git_ignore(pattern).says(path, folder=True) is None
    assert not docker_ignore(pattern).leaves_out(path)
    steps = calls(lambda: docker_ignore(pattern).leaves_out(path))
    assert steps < 50 * len(pattern) * len(path)


def test_many_patterns_are_cut() -> None:
    assert len(git_ignore("a\n" * 5 * MOST_PATTERNS).patterns) == MOST_PATTERNS
