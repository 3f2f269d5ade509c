"""The same input gives the same bytes, and a small change of it a small change of the template."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import DEFAULT_EMITTERS, ComposeError, Emitter, Memory, Result, convert, emit, load
from tests.cases import CASES, CONVERTIBLE, FIXTURES, FolderCase
from tests.places import DEMO, ROOT
from tests.simulator.template import Properties

# Machines: a hash seed, and what else of a process's surroundings may differ.
MACHINES = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8", "PYTHONOPTIMIZE": "2"},
    {"PYTHONHASHSEED": "31337", "COLUMNS": "40", "AWS_REGION": "eu-west-1"},
]


@pytest.mark.slow
def test_every_machine_gives_the_same_bytes() -> None:
    printed = {
        subprocess.run(
            [sys.executable, "-m", "tests.cases"],
            cwd=ROOT,
            env={**machine, "PATH": os.environ["PATH"]},
            capture_output=True,
            check=True,
        ).stdout
        for machine in MACHINES
    }
    assert len(printed) == 1
    assert printed.pop().count(b"\n") == len(CASES)


def test_the_working_directory_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = FolderCase(FIXTURES / "demo-app" / "given")
    expected = case.template
    variables = case.settings.environment
    monkeypatch.chdir(tmp_path)
    assert convert(str(DEMO), environment=variables).to_yaml() == expected
    monkeypatch.chdir(FIXTURES)
    result = convert("demo-app/compose.yaml", environment=variables)
    assert result.to_yaml() == expected
    assert {found.at.file for found in result.diagnostics if found.at} == {"demo-app/compose.yaml"}


def test_the_name_of_the_directory_does_not_matter(tmp_path: Path) -> None:
    copied = tmp_path / "Some-Other.place" / "x"
    shutil.copytree(FIXTURES / "demo-app", copied)
    for name in ("given", "created", "parameters"):
        there = FolderCase(FIXTURES / "demo-app" / name)
        assert FolderCase(copied / name).outputs() == there.outputs()


@pytest.mark.parametrize("case", sorted((FIXTURES / "binds").glob("*/compose.yaml")))
def test_the_place_and_the_home_of_a_project_do_not_matter(case: Path, tmp_path: Path) -> None:
    made: list[str] = []
    for home in ("/root", str(tmp_path / "home")):
        copied = tmp_path / f"at{len(made)}" / ("deep/" * len(made)) / "project"
        shutil.copytree(case.parent, copied)
        variables = {"HOME": home, "PWD": str(copied)}
        try:
            result = convert(str(copied / case.name), environment=variables, project_name="x")
        except ComposeError:
            made.append("refused")
        else:
            made.append(result.to_yaml())
    assert made[0] == made[1]


class Shuffled(Memory):
    """The files of a case, the mappings of one of them in another order."""

    def __init__(self, case: FolderCase, order: random.Random) -> None:
        area = case.folder.parent
        texts = {str(path): path.read_bytes() for path in area.rglob("*") if path.is_file()}
        for name in case.settings.files:
            file = os.path.normpath(case.folder / name)
            texts[file] = shuffled(texts[file].decode(), order).encode()
        super().__init__(texts, str(case.folder))


def shuffled(text: str, order: random.Random) -> str:
    """Put the entries of all mappings into another order; tags and anchors stay."""
    return "---\n".join(_reordered(node, order) for node in yaml.compose_all(text))


def _reordered(root: yaml.Node, order: random.Random) -> str:
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, yaml.ScalarNode):
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            order.shuffle(node.value)
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return str(yaml.serialize(root))


def orderly(case: FolderCase) -> bool:
    """Tell whether a case's text survives being written anew: an alias must follow its anchor."""
    texts = [(case.folder / name).read_text() for name in case.settings.files]
    return all("&" not in text for text in texts)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(
    case=st.sampled_from([case for case in CONVERTIBLE if orderly(case)]),
    order=st.randoms(use_true_random=False),
)
def test_the_order_of_keys_does_not_matter(case: FolderCase, order: random.Random) -> None:
    result = emit(case.load(Shuffled(case, order)))
    assert result.to_yaml() == case.template
    assert codes(result) == codes(case.result)


def codes(result: Result) -> list[str]:
    return sorted(found.code for found in result.diagnostics)


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(case=st.sampled_from(CONVERTIBLE), emitters=st.permutations([*DEFAULT_EMITTERS]))
def test_the_order_of_emitters_does_not_matter(case: FolderCase, emitters: list[Emitter]) -> None:
    app = case.load()
    one, other = emit(app), emit(app, emitters)
    assert other.to_yaml() == one.to_yaml()
    assert other.diagnostics == one.diagnostics
    assert other.sources == one.sources


def differing(one: Properties, other: Properties) -> set[str]:
    """Name the resources that two templates do not have in common."""
    before, after = one["Resources"], other["Resources"]
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def test_another_image_tag_changes_one_resource() -> None:
    templates = [convert(str(DEMO), environment={"IMAGE_TAG": tag}).to_dict() for tag in ("1", "2")]
    assert differing(*templates) == {"FrontendTaskDefinition"}
    one, other = ({**template, "Resources": {}} for template in templates)
    assert one == other


# Services that share networks, a volume and a load balancer, each of a kind of its own.
SERVICES = {
    "web": {"image": "web", "ports": ["80:8080"], "networks": ["front", "back"]},
    "api": {"image": "api", "ports": ["8081:80"], "networks": {"back": {"aliases": ["rest"]}}},
    "db": {"image": "postgres", "volumes": ["data:/var/lib"], "networks": ["back"]},
    "backup": {"image": "backup", "volumes": ["data:/in:ro"], "networks": ["back"]},
    "cron": {"image": "cron", "networks": ["back"], "secrets": ["key"], "command": ["run"]},
    "gate": {"image": "gate", "ports": ["1883:1883"], "networks": ["front"]},
    "lone": {"image": "lone"},
}
NETWORKS: Properties = {"front": {}, "back": {}, "default": {}}


def project(names: Iterable[str]) -> Properties:
    """Convert some of the services, in the given order."""
    services = {"other": {"image": "other"}, **{name: SERVICES[name] for name in names}}
    content = {
        "services": services,
        "networks": NETWORKS,
        "volumes": {"data": {}},
        "secrets": {"key": {"external": True, "name": "key"}},
    }
    files = Memory({"compose.yaml": yaml.safe_dump(content, sort_keys=False)})
    return convert("compose.yaml", files=files).to_dict()


@settings(max_examples=20, deadline=None)
@given(
    names=st.permutations([*SERVICES]).flatmap(
        lambda all_: st.integers(0, len(all_)).map(lambda count: all_[:count])
    ),
    more=st.sampled_from([*SERVICES]),
)
def test_a_service_more_leaves_the_others_as_they_were(names: list[str], more: str) -> None:
    before = project(names)
    assert project(sorted(names)) == before
    after = project([*names, *({more} - {*names})])
    changed = differing(before, after) & before["Resources"].keys()
    # A volume that is read only so far is written from now on: that changes it in place.
    shared = {"DataFilesystem"} if more == "db" and "backup" in names else set()
    assert changed <= shared


def test_loading_and_emitting_is_converting() -> None:
    assert emit(load(str(DEMO))).to_yaml() == convert(str(DEMO)).to_yaml()
