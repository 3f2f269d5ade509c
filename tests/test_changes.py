"""What an update does is foretold offline as change sets do, and as AWS documents it."""

import json
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import ComposeError, Memory, convert, emit, load
from compose2cfn.changes import (
    Comparison,
    DataFate,
    Effect,
    Origins,
    Recreation,
    compare_templates,
    with_lines,
    write_changes,
)
from compose2cfn.changes.compare import recreation
from compose2cfn.commands.diff import template_body
from compose2cfn.testing import read_template
from tests.calls import calls
from tests.cases import CONVERTIBLE, FolderCase, sampled
from tests.processes import command_line
from tests.simulator import Refusal, Submission, simulated
from tests.simulator.changes import Change as Planned
from tests.simulator.template import parse
from tests.surroundings import Surroundings

Body = Mapping[str, object]
Shape = Mapping[str, tuple[str, str | None, frozenset[str]]]
"""By id: what is done, whether it replaces, and which properties change."""


def compared(old: Body, new: Body) -> Comparison:
    return compare_templates(old, new, before={}, after={})


def body(text: str) -> Body:
    found = read_template(text)
    assert isinstance(found, dict)
    return found


ATTRIBUTES = {"CreationPolicy", "DeletionPolicy", "Metadata", "UpdatePolicy", "UpdateReplacePolicy"}
ACTIONS = {Effect.ADDED: ("Add", None), Effect.REMOVED: ("Remove", None)}
REPLACEMENT = {
    Effect.MODIFIED: "False",
    Effect.MAY_BE_REPLACED: "Conditional",
    Effect.REPLACED: "True",
}


def ours(comparison: Comparison) -> Shape:
    """Write changes as the simulator does, which looks only at properties."""
    found: dict[str, tuple[str, str | None, frozenset[str]]] = {}
    for change in comparison.changes:
        properties = frozenset(cause.name for cause in change.causes) - ATTRIBUTES
        if change.effect in ACTIONS:
            found[change.id] = (*ACTIONS[change.effect], frozenset[str]())
        elif properties:
            found[change.id] = ("Modify", REPLACEMENT[change.effect], properties)
    return found


def theirs(changes: tuple[Planned, ...]) -> Shape:
    return {
        change.logical_id: (
            change.action,
            change.replacement,
            frozenset(detail.property for detail in change.details),
        )
        for change in changes
    }


def held(old_text: str, new_text: str) -> tuple[Shape, Shape]:
    """Foretell an update here, and by the simulator; parameters keep their values."""
    with simulated() as cloud:
        surroundings = Surroundings(cloud.account)
        old, new = map(surroundings.submission, (old_text, new_text))
        stack = cloud.create("demo", old)
        assert stack.version
        declared = parse(new.text).parameters
        texts = stack.version.parameters.texts
        kept = {name: text for name, text in texts.items() if name in declared}
        plan = cloud.plan("next", "demo", Submission(new.text, {**new.parameters, **kept}))
        return ours(compared(body(old.text), body(new.text))), theirs(plan.changes)


def pairs() -> Iterator[tuple[FolderCase, FolderCase]]:
    """Pair the cases of each area, so that every case is in a pair: a stack becomes another."""
    for _, members in groupby(CONVERTIBLE, key=lambda case: str(case).partition("/")[0]):
        cases = list(members)
        yield from zip(cases[::2], cases[1::2], strict=False)
        if len(cases) % 2 and len(cases) > 1:
            yield cases[-1], cases[0]


PAIRS = list(pairs())


ORDER = (None, "False", "Conditional", "True")


def hold(one: FolderCase, other: FolderCase) -> None:
    """Compare with a change set; where a parameter becomes a value, that may be the same one."""
    try:
        foretold, planned = held(one.template, other.template)
    except Refusal as refusal:
        if "Update of resource type" in refusal.message:
            return
        raise
    if parse(one.template).parameters.keys() == parse(other.template).parameters.keys():
        assert foretold == planned
    assert planned.keys() <= foretold.keys()
    for id_, (action, replacement, properties) in planned.items():
        said = foretold[id_]
        assert said[0] == action
        assert ORDER.index(said[1]) >= ORDER.index(replacement)
        assert said[2] >= properties


def test_every_case_is_in_a_pair() -> None:
    areas = Counter(str(case).partition("/")[0] for case in CONVERTIBLE)
    alone = [
        str(case) for case in CONVERTIBLE if case not in {each for pair in PAIRS for each in pair}
    ]
    assert [name for name in alone if areas[name.partition("/")[0]] > 1] == []


@pytest.mark.parametrize(("one", "other"), PAIRS[::16], ids=str)
def test_updates_are_foretold_as_by_change_sets(one: FolderCase, other: FolderCase) -> None:
    hold(one, other)


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), PAIRS, ids=str)
def test_all_updates_are_foretold_as_by_change_sets(one: FolderCase, other: FolderCase) -> None:
    hold(one, other)


BASE = """
services:
  web: {image: "nginx:1", ports: ["80:80"], volumes: ["data:/data"], networks: [front]}
  api: {image: "api:1", networks: [front], environment: {A: b}, deploy: {replicas: 2}}
networks: {front: {}}
volumes: {data: {}}
"""
VARIANTS = {
    "an image": ("nginx:1", "nginx:2"),
    "a variable": ("A: b", "A: c"),
    "a count": ("replicas: 2", "replicas: 3"),
    "a port": ("80:80", "81:80"),
    "a target": ("80:80", "80:8080"),
    "a network": ("front", "back"),
    "a volume": ("data:", "files:"),
    "a service": ("api:", "worker:"),
    "a policy": ("A: b}", "A: b}, x-aws-policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess']"),
    "a size": ("A: b}", "A: b}, mem_limit: 2g"),
    "a command": ("A: b}", "A: b}, command: [a, b]"),
    "a health check": ("A: b}", "A: b}, healthcheck: {test: [CMD, 'true']}"),
    "an alias": ("networks: [front], env", "networks: {front: {aliases: [x]}}, env"),
    "a label": ("A: b}", "A: b}, labels: {x: y}"),
    "an encryption": ("data: {}}", "data: {driver_opts: {performance_mode: maxIO}}}"),
}


@pytest.mark.slow
@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("back", [False, True])
def test_small_updates_are_foretold_as_by_change_sets(variant: str, *, back: bool) -> None:
    changed = BASE.replace(*VARIANTS[variant])
    assert changed != BASE
    texts = [converted(text) for text in (BASE, changed)]
    foretold, planned = held(*(reversed(texts) if back else texts))
    assert foretold == planned
    assert foretold


def converted(compose: str) -> str:
    return convert(files=Memory({"compose.yaml": compose})).to_yaml()


@pytest.mark.parametrize("case", sampled(CONVERTIBLE, 12))
def test_a_template_does_nothing_to_its_own_stack(case: FolderCase) -> None:
    again = compared(case.result.to_dict(), body(case.template))
    assert again == Comparison((), {}, ())
    for form in ("text", "markdown"):
        assert write_changes(again, form) == "nothing changes\n"


ALWAYS, NEVER = Recreation.ALWAYS, Recreation.NEVER
DOCUMENTED = {
    ("AWS::ECS::Service", "ServiceName"): ALWAYS,
    ("AWS::ECS::Service", "Cluster"): ALWAYS,
    ("AWS::ECS::Service", "SchedulingStrategy"): ALWAYS,
    ("AWS::ECS::Service", "DesiredCount"): NEVER,
    ("AWS::ECS::Service", "TaskDefinition"): NEVER,
    ("AWS::ECS::TaskDefinition", "Family"): ALWAYS,
    ("AWS::ECS::TaskDefinition", "ContainerDefinitions"): ALWAYS,
    ("AWS::ECS::TaskDefinition", "Cpu"): ALWAYS,
    ("AWS::ECS::TaskDefinition", "Tags"): NEVER,
    ("AWS::EFS::FileSystem", "Encrypted"): ALWAYS,
    ("AWS::EFS::FileSystem", "PerformanceMode"): ALWAYS,
    ("AWS::EFS::FileSystem", "ThroughputMode"): NEVER,
    ("AWS::EFS::FileSystem", "LifecyclePolicies"): NEVER,
    ("AWS::EFS::MountTarget", "SubnetId"): ALWAYS,
    ("AWS::EFS::MountTarget", "SecurityGroups"): NEVER,
    ("AWS::EFS::AccessPoint", "FileSystemId"): ALWAYS,
    ("AWS::EFS::AccessPoint", "AccessPointTags"): NEVER,
    ("AWS::EC2::SecurityGroup", "GroupDescription"): ALWAYS,
    ("AWS::EC2::SecurityGroup", "SecurityGroupIngress"): NEVER,
    ("AWS::EC2::SecurityGroupIngress", "FromPort"): ALWAYS,
    ("AWS::EC2::SecurityGroupIngress", "Description"): NEVER,
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Scheme"): ALWAYS,
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "Type"): ALWAYS,
    ("AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups"): NEVER,
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Port"): ALWAYS,
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "Protocol"): ALWAYS,
    ("AWS::ElasticLoadBalancingV2::TargetGroup", "HealthCheckPath"): NEVER,
    ("AWS::ElasticLoadBalancingV2::Listener", "LoadBalancerArn"): ALWAYS,
    ("AWS::ElasticLoadBalancingV2::Listener", "DefaultActions"): NEVER,
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "ListenerArn"): ALWAYS,
    ("AWS::ElasticLoadBalancingV2::ListenerRule", "Priority"): NEVER,
    ("AWS::Logs::LogGroup", "LogGroupName"): ALWAYS,
    ("AWS::Logs::LogGroup", "RetentionInDays"): NEVER,
    ("AWS::IAM::Role", "RoleName"): ALWAYS,
    ("AWS::IAM::Role", "Policies"): NEVER,
    ("AWS::ServiceDiscovery::PrivateDnsNamespace", "Name"): ALWAYS,
    ("AWS::ServiceDiscovery::Service", "HealthCheckCustomConfig"): ALWAYS,
    ("AWS::SecretsManager::Secret", "Name"): ALWAYS,
    ("AWS::SecretsManager::Secret", "Description"): NEVER,
    ("AWS::ApplicationAutoScaling::ScalableTarget", "ResourceId"): ALWAYS,
    ("AWS::ApplicationAutoScaling::ScalableTarget", "MaxCapacity"): NEVER,
    ("AWS::SQS::Queue", "VisibilityTimeout"): Recreation.CONDITIONALLY,  # not emitted: unknown
}
"""What AWS writes under "Update requires" of each property: Replacement, or No interruption."""


@pytest.mark.parametrize(("kind", "name"), DOCUMENTED)
def test_properties_replace_as_documented(kind: str, name: str) -> None:
    assert recreation(kind, name, "before", "after") is DOCUMENTED[kind, name]
    assert recreation(kind, name, "same", "same") is not ALWAYS


FILE_SYSTEM = {"Type": "AWS::EFS::FileSystem", "Properties": {"Encrypted": True}}
DATABASE = {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "postgres"}}
MEMBER = {"Type": "AWS::RDS::DBInstance", "Properties": {"DBClusterIdentifier": "c"}}
QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "a"}}


class Case(NamedTuple):
    """A resource before and after an update, and what becomes of its data."""

    old: Body
    new: Body | None
    data: DataFate | None


def replaced(resource: Body, **attributes: str) -> Body:
    return {**resource, "Properties": {"Encrypted": False}, **attributes}


CASES = {
    "removed": Case(FILE_SYSTEM, None, DataFate.LOST),
    "removed, kept": Case({**FILE_SYSTEM, "DeletionPolicy": "Retain"}, None, DataFate.KEPT),
    "removed, kept once created": Case(
        {**FILE_SYSTEM, "DeletionPolicy": "RetainExceptOnCreate"}, None, DataFate.KEPT
    ),
    "removed, kept only if replaced": Case(
        {**FILE_SYSTEM, "UpdateReplacePolicy": "Retain"}, None, DataFate.LOST
    ),
    "removed, with snapshots": Case(DATABASE, None, DataFate.KEPT),
    "removed from a cluster": Case(MEMBER, None, DataFate.LOST),
    "replaced": Case(FILE_SYSTEM, replaced(FILE_SYSTEM), DataFate.LOST),
    "replaced, kept": Case(
        FILE_SYSTEM, replaced(FILE_SYSTEM, UpdateReplacePolicy="Retain"), DataFate.KEPT
    ),
    "replaced, kept by the old template": Case(
        {**FILE_SYSTEM, "UpdateReplacePolicy": "Retain"}, replaced(FILE_SYSTEM), DataFate.LOST
    ),
    "perhaps replaced": Case(QUEUE, {**QUEUE, "Properties": {}}, DataFate.MAY_BE_LOST),
    "modified": Case(FILE_SYSTEM, {**FILE_SYSTEM, "Properties": {"Encrypted": True, "X": 1}}, None),
}


@pytest.mark.parametrize("name", CASES)
def test_data_is_lost_unless_a_policy_keeps_it(name: str) -> None:
    case = CASES[name]
    new = {"Resources": {"Data": case.new} if case.new else {}}
    comparison = compared({"Resources": {"Data": case.old}}, new)
    [change] = comparison.changes
    assert change.data is case.data
    assert comparison.loses_data == (case.data in {DataFate.LOST, DataFate.MAY_BE_LOST})


def test_what_a_condition_decides_may_change() -> None:
    def template(zone: str) -> Body:
        return {
            "Conditions": {"Big": {"Fn::Equals": [{"Ref": "AWS::Region"}, zone]}},
            "Resources": {
                "Maybe": {"Type": "AWS::IAM::Role", "Condition": "Big", "Properties": {}},
                "Sized": {
                    "Type": "AWS::ECS::TaskDefinition",
                    "Properties": {"Cpu": {"Fn::If": ["Big", "1024", "256"]}},
                },
                "Other": {"Type": "AWS::IAM::Role", "Properties": {}},
            },
        }

    changes = compared(template("eu-west-1"), template("us-east-1")).changes
    assert {change.id: change.effect for change in changes} == {
        "Maybe": Effect.MAY_BE_REPLACED,
        "Sized": Effect.MAY_BE_REPLACED,
    }
    assert changes[1].causes[0].by == "Big"


def chained(count: int, start: str, *, cycle: bool) -> Body:
    """Make a template in which each resource uses the next one, and the last one changes."""
    resources = {
        f"R{number}": {"Type": "AWS::X::Y", "Properties": {"A": {"Ref": f"R{number + 1}"}}}
        for number in range(count)
    }
    last = {"A": start, "B": {"Ref": "R0"}} if cycle else {"A": start}
    return {"Resources": {**resources, f"R{count}": {"Type": "AWS::X::Y", "Properties": last}}}


def wide(count: int, start: str) -> Body:
    """Make a template in which much of one property changes, and more of it may."""
    own = {f"a{number}": start for number in range(count)}
    used = {f"b{number}": {"Ref": "Other"} for number in range(count)}
    resources = {
        "Other": {"Type": "AWS::X::Y", "Properties": {"A": start}},
        "Wide": {"Type": "AWS::X::Y", "Properties": {"A": {"a": start} | own | used, "ab": 1}},
    }
    return {"Resources": resources}


def test_much_that_changes_is_compared_once() -> None:
    def cost(count: int) -> int:
        return calls(lambda: compared(wide(count, "x"), wide(count, "y")))

    cost(1)
    assert cost(1000) < cost(100) * 12


def test_what_is_beside_a_change_may_change_too() -> None:
    def template(start: str) -> Body:
        use = {"Ref": "Other"}
        value = {"a": start, "ab": use, "c": [{"Name": "x", "v": use}, {"Name": "y", "v": start}]}
        return {
            "Resources": {
                "Other": {"Type": "AWS::X::Y", "Properties": {"A": start}},
                "One": {"Type": "AWS::X::Y", "Properties": {"A": value}},
            }
        }

    one, _ = compared(template("x"), template("y")).changes
    assert [(each.paths, each.by) for each in one.causes] == [
        (("A.a", "A.c[y].v"), ""),
        (("A.ab", "A.c[x].v"), "Other"),
    ]


@pytest.mark.parametrize("cycle", [False, True])
def test_long_chains_of_changes_take_no_longer_than_many(*, cycle: bool) -> None:
    def cost(count: int) -> int:
        old, new = (chained(count, start, cycle=cycle) for start in "ab")
        changes = compared(old, new).changes
        assert len(changes) == count + 1
        assert {each.effect for each in changes} == {Effect.MAY_BE_REPLACED}
        return calls(lambda: compared(old, new))

    assert cost(400) < cost(40) * 12


def test_parameters_are_asked_for_and_keep_their_values() -> None:
    old = {"Parameters": {"A": {"Type": "String", "Default": "1"}}}
    new = {
        "Parameters": {
            "A": {"Type": "String", "Default": "2"},
            "B": {"Type": "String", "Description": "Something"},
            "C": {"Type": "String", "Default": ""},
        }
    }
    comparison = compared(old, new)
    assert comparison == Comparison((), {"B": "Something"}, ("A",))
    assert write_changes(comparison, "text") == (
        "the update asks for the parameter B: Something\n"
        "the default of the parameter A changes; the stack keeps its value\n"
    )


def test_another_type_is_refused_by_cloudformation() -> None:
    one, other = ({"Resources": {"A": {"Type": kind}}} for kind in ("AWS::S3::Bucket", "AWS::X::Y"))
    text = write_changes(compared(one, other), "text")
    assert "    Type: CloudFormation refuses to change it; give the new one another id\n" in text


def test_what_may_be_replaced_might_start_empty() -> None:
    case = CASES["perhaps replaced"]
    text = write_changes(compared(*({"Resources": {"Q": each}} for each in case[:2])), "text")
    assert "may be replaced; data may be lost; a new one would start empty\n" in text


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a way to compare two files in a folder of its own."""

    def compare(old: str, new: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "old.yaml").write_text(old)
        (tmp_path / "new.yaml").write_text(new)
        return command_line(tmp_path, "diff", "old.yaml", "new.yaml", *arguments)

    return compare


KEPT = """
services: {db: {image: 'postgres:16', volumes: ['data:/var/lib/postgresql/data']}}
volumes: {data: {}}
"""
OVERLAY = """
x-aws-cloudformation:
  Resources:
    DataFilesystem:
      DeletionPolicy: Delete
      UpdateReplacePolicy: Delete
      Properties: {Encrypted: %s}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "status"),
    [
        (KEPT, KEPT, 0),
        (KEPT, KEPT.replace("16", "17"), 0),
        (BASE, BASE.replace("80:80", "81:80"), 0),
        (KEPT, KEPT.replace("{}}", "{driver_opts: {performance_mode: maxIO}}}"), 3),
        (KEPT + OVERLAY % "true", KEPT + OVERLAY % "false", 4),
        (KEPT + OVERLAY % "true", "services: {db: {image: 'postgres:16'}}", 4),
        (KEPT, "services: {db: {image: 'postgres:16'}}", 0),
    ],
)
def test_the_status_tells_the_worst(old: str, new: str, status: int, run: Run) -> None:
    done = run(old, new)
    assert done.returncode == status
    templates = run(converted(old), converted(new), "--format", "json")
    assert templates.returncode == status
    changes = json.loads(templates.stdout)["changes"]
    mixed = json.loads(run(converted(old), new, "--format", "json").stdout)["changes"]
    assert [{**each, "at": None} for each in mixed] == changes


def test_the_line_of_the_compose_file_is_told(run: Run) -> None:
    done = run(KEPT, KEPT.replace("16", "17"), "-q")
    assert (
        "! DbTaskDefinition [AWS::ECS::TaskDefinition]: replaced (new.yaml:2:12)\n" in done.stdout
    )
    assert "    ContainerDefinitions[db].Image (new.yaml:2:17)\n" in done.stdout
    assert done.stdout.endswith("1 replaced, 1 modified\n")
    table = run(KEPT, KEPT.replace("16", "17"), "-q", "--format", "markdown").stdout
    assert "| `DbTaskDefinition` | `AWS::ECS::TaskDefinition` | **replaced** |" in table


LINES = """
services:
  web:
    image: nginx:1
    command: [a]
    environment:
      A: b
    deploy:
      replicas: 2
  other:
    image: other:1
x-aws-logs_retention: 30
"""
CONTAINERS = "ContainerDefinitions"
TOLD: Mapping[str, tuple[list[str], dict[str, list[tuple[str, int]]]]] = {
    "an image": (["nginx:1", "nginx:2"], {CONTAINERS: [("new.yaml", 4)]}),
    "a variable": (["A: b", "A: c"], {CONTAINERS: [("new.yaml", 7)]}),
    "a key that is gone": (["    command: [a]\n", ""], {CONTAINERS: [("old.yaml", 5)]}),
    "one key": (["replicas: 2", "replicas: 3"], {"DesiredCount": [("new.yaml", 9)]}),
    "a key of the top level": ([": 30", ": 90"], {"RetentionInDays": [("new.yaml", 12)]}),
    "two keys of these names": (
        ["nginx:1", "nginx:2", "[a]", "[b]"],
        {CONTAINERS: [("new.yaml", 5), ("new.yaml", 4)]},
    ),
    "two keys, one of another name": (
        ["nginx:1", "nginx:2", "replicas: 2", "replicas: 3"],
        {CONTAINERS: [("new.yaml", 4)], "DesiredCount": []},
    ),
    "the image of another": (
        ["other:1", "other:2", "replicas: 2", "replicas: 3"],
        {CONTAINERS: [("new.yaml", 11)], "DesiredCount": []},
    ),
}


def side(file: str, text: str, **others: str) -> tuple[Body, Origins]:
    app = load(file, files=Memory({file: text, **others}))
    result = emit(app)
    return result.to_dict(), Origins(app, {id_: path for id_, (path, _) in result.sources.items()})


@pytest.mark.parametrize("name", TOLD)
def test_the_lines_that_cause_a_change_are_told(name: str) -> None:
    edits, told = TOLD[name]
    changed = LINES
    for before, after in zip(edits[::2], edits[1::2], strict=True):
        assert before in changed
        changed = changed.replace(before, after, 1)
    (old, before_it), (new, after_it) = side("old.yaml", LINES), side("new.yaml", changed)
    comparison = with_lines(compared(old, new), before_it, after_it)
    causes = [cause for change in comparison.changes for cause in change.causes]
    found = {
        cause.name: [(line.file, line.line) for line in cause.lines]
        for cause in causes
        if not cause.by
    }
    assert found == told
    assert not any(cause.lines for cause in causes if cause.by)
    text = write_changes(comparison, "text")
    for lines in told.values():
        assert all(f"{file}:{line}:" in text for file, line in lines)


CONTENT = {
    "of a config": """
services: {web: {image: nginx, scale: 2, configs: [{source: a, target: /b/a}]}}
configs: {a: {file: settings}}
""",
    "of a mount": """
services: {web: {image: nginx, scale: 2, volumes: ["./settings:/a/b:ro"]}}
""",
}


@pytest.mark.parametrize("name", CONTENT)
def test_another_line_is_not_blamed_for_the_content_of_a_file(name: str) -> None:
    text = CONTENT[name]
    old, before_it = side("compose.yaml", text, settings="1")
    new, after_it = side("compose.yaml", text.replace("2", "3"), settings="2")
    changes = with_lines(compared(old, new), before_it, after_it).changes
    named = {cause.name: cause.lines for change in changes for cause in change.causes}
    assert named[CONTAINERS] == named["DesiredCount"] == ()


def test_a_file_of_variables_counts_as_the_service() -> None:
    text = "services:\n  web:\n    image: nginx\n    env_file: settings\n    scale: 2\n"
    old, before_it = side("compose.yaml", text, settings="A=1")
    new, after_it = side("compose.yaml", text.replace("2", "3"), settings="A=2")
    changes = with_lines(compared(old, new), before_it, after_it).changes
    named = {cause.name: cause.lines for change in changes for cause in change.causes}
    assert named["DesiredCount"] == ()
    assert [str(line) for line in named[CONTAINERS]] == ["compose.yaml:2:3"]


@pytest.mark.parametrize("old", [KEPT, converted(KEPT)])
def test_the_old_one_may_be_standard_input(old: str, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text(KEPT.replace("16", "17"))
    done = command_line(tmp_path, "diff", "-", "new.yaml", "-q", stdin=old)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("1 replaced, 1 modified\n")


def test_no_value_is_shown(run: Run) -> None:
    old = "services: {web: {image: nginx, environment: {A: hunter1}}}"
    for form in ("text", "markdown", "json"):
        done = run(old, old.replace("hunter1", "hunter2"), "--format", form)
        assert done.returncode == 0
        assert "hunter" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("old", "new", "arguments", "status", "said"),
    [
        (KEPT, "services: {web: {colour: red}}", (), 1, "services.web.colour"),
        ("{", KEPT, (), 1, "old.yaml:"),
        (KEPT, KEPT, ("third.yaml",), 2, "write diff OLD NEW"),
        (KEPT, KEPT, ("-f", "old.yaml"), 2, "write diff OLD NEW"),
        (KEPT, KEPT, ("--format", "yaml"), 2, "diff prints text or markdown or json, not yaml"),
        ("Resources: &a {b: *a}", KEPT, (), 1, "old.yaml:"),
        ("", KEPT, (), 1, "old.yaml"),
    ],
)
def test_what_cannot_be_compared_is_told(
    old: str, new: str, arguments: tuple[str, ...], status: int, said: str, run: Run
) -> None:
    done = run(old, new, *arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr


ODD = [
    "Resources: 1",
    "Resources: {A: 1}",
    "Resources: {A: {Properties: [1]}}",
    "Resources: {A: {Type: [x], Properties: {B: !Sub [a]}}}",
    "Resources: {A: !Ref B}",
    "Resources: {A: {Type: X, Properties: {B: {Ref: [1]}}}}",
    "Resources: {1: {2: 3}}",
    "Resources: {A: {Type: 'AWS::S3::Bucket', DeletionPolicy: [a]}}",
    "Resources: {A: {Type: 'AWS::RDS::DBCluster', DeletionPolicy: {Ref: x}}}",
    "Parameters: {A: 1}",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_templates_are_compared(text: str) -> None:
    plain = body(text)
    base = body(converted(BASE))
    for old, new in ((plain, base), (base, plain), (plain, plain)):
        for form in ("text", "markdown", "json"):
            assert write_changes(compared(old, new), form)


@settings(deadline=None)
@given(st.binary() | st.text().map(str.encode))
def test_no_file_ends_in_a_traceback(content: bytes) -> None:
    with suppress(ComposeError):
        template_body(b"Resources: {}\n" + content, "new.yaml")
