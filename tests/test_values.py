"""Values of parameters: every form is read, each parameter has one or is told, secrets stay out."""

import json
import subprocess
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from awscli.customizations.cloudformation.deploy import DeployCommand
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import ComposeError, Memory, Result, Severity, convert
from compose2cfn.values import GivenValues, choose_values, read_values, write_values
from tests.cases import CONVERTIBLE, FolderCase, sampled
from tests.processes import command_line

SAME = {"VpcId": "vpc-1", "Port": "0080", "Name": "null", "Empty": ""}
FORMS = {
    "a mapping": "VpcId: vpc-1\nPort: 0080\nName: 'null'\nEmpty: ''\n",
    "a template configuration": '{"Parameters": {"VpcId": "vpc-1", "Port": "0080", '
    '"Name": "null", "Empty": ""}, "Tags": {"a": "b"}}',
    "a list of parameters": json.dumps(
        [
            {"ParameterKey": name, "ParameterValue": value, "UsePreviousValue": False}
            for name, value in {
                "VpcId": "vpc-1",
                "Port": "0080",
                "Name": "null",
                "Empty": "",
            }.items()
        ]
        + [{"ParameterKey": "Password", "UsePreviousValue": True}]
    ),
    "a list of texts": '["VpcId=vpc-1", "Port=0080", "Name=null", "Empty="]',
    "a description of stacks": json.dumps(
        {
            "Stacks": [
                {
                    "StackName": "infrastructure",
                    "Parameters": [
                        {"ParameterKey": "Port", "ParameterValue": "0080"},
                        {"ParameterKey": "VpcId", "ParameterValue": "vpc-other"},
                        {"ParameterKey": "Password", "ParameterValue": "****"},
                    ],
                    "Outputs": [
                        {"OutputKey": "VpcId", "OutputValue": "vpc-1", "Description": "the VPC"},
                        {"OutputKey": "Name", "OutputValue": "null"},
                        {"OutputKey": "Empty", "OutputValue": ""},
                    ],
                },
                {"StackName": "bare"},
            ]
        }
    ),
}


def read(text: str, *named: str) -> GivenValues:
    return read_values({"values.yaml": text.encode()}, named)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_values(form: str) -> None:
    stored = {name: value.text for name, value in read(FORMS[form]).stored.items()}
    assert stored == SAME


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A: [1]", "values.yaml:1:4: error: the value of 'A' is not a text; write one text, with"),
        ("- {ParameterKey: A}", "values.yaml:1:3: error: this does not give values"),
        ("A:", "values.yaml:1:3: error: 'A' has no value; write '' for an empty text"),
        ("- 1", "values.yaml:1:3: error: this does not give values; write a mapping of names"),
        ("just words", "values.yaml:1:1: error: this does not give values"),
        ("Stacks: [1]", "values.yaml:1:10: error: this does not give values"),
        ("Stacks: [{Outputs: 1}]", "values.yaml:1:20: error: this does not give values"),
        ("A: 1\n---\nB: 2", "values.yaml:1:1: error: write one document with the values"),
        ("A: 1\nA: 2", "values.yaml:2:1: error: "),
        ("{", "values.yaml:"),
    ],
)
def test_what_gives_no_values_is_told_with_its_place(text: str, said: str) -> None:
    with pytest.raises(ComposeError) as error:
        read(text)
    assert str(error.value).startswith(said)


@settings(deadline=None)
@given(st.binary() | st.text().map(str.encode))
def test_no_file_of_values_ends_in_a_traceback(content: bytes) -> None:
    with suppress(ComposeError):
        read_values({"values.yaml": content}, ())


def test_the_command_line_wins_and_then_the_last_file() -> None:
    body = template("services: {web: {image: nginx}}")
    files = {"a.yaml": b"VpcId: vpc-1\nSubnet1Id: a", "b.yaml": b"VpcId: vpc-2\nOther: x"}
    chosen = choose_values(body, read_values(files, ["Subnet1Id=b=c"])).values
    assert chosen == {"VpcId": "vpc-2", "Subnet1Id": "b=c"}


def template(compose: str) -> Mapping[str, object]:
    return convert(files=Memory({"compose.yaml": compose})).to_dict()


def parameters(result: Result) -> dict[str, dict[str, object]]:
    declared = result.to_dict().get("Parameters", {})
    assert isinstance(declared, dict)
    return declared


SECRET = "a-secret-that-nobody-sees"


@pytest.mark.parametrize("case", sampled(CONVERTIBLE, 6))
def test_every_parameter_has_a_value_or_is_told(case: FolderCase) -> None:
    result = case.result
    declared = parameters(result)
    chosen = choose_values(result.to_dict(), read(""" {} """))
    assert chosen.values == {}
    told = {each.message.split("'")[1] for each in chosen.diagnostics}
    assert told == {name for name, entry in declared.items() if "Default" not in entry}
    assert {each.severity for each in chosen.diagnostics} <= {Severity.INFO}


@pytest.mark.parametrize("case", sampled(CONVERTIBLE, 6))
def test_no_secret_is_written_wherever_it_is_given(case: FolderCase) -> None:
    result = case.result
    hidden = {name for name, entry in parameters(result).items() if entry.get("NoEcho")}
    given = read(
        json.dumps(dict.fromkeys(hidden, SECRET)), *(f"{name}={SECRET}" for name in hidden)
    )
    chosen = choose_values(result.to_dict(), given)
    refused = {each.code for each in chosen.diagnostics if each.severity is Severity.ERROR}
    written = {} if refused else chosen.values
    assert SECRET not in write_values(written, "cli")
    assert not any(SECRET in str(each) for each in chosen.diagnostics)


ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-a1b2c3"


def test_the_arn_of_a_secret_is_no_secret() -> None:
    body = template("""
services: {web: {image: nginx, secrets: [token, key]}}
secrets:
  token: {file: token.txt}
  key: {file: key.txt, x-aws-create: true}
""")
    chosen = choose_values(body, read("{}", f"TokenSecretArn={ARN}", f"KeySecretValue={SECRET}"))
    assert chosen.values == {"TokenSecretArn": ARN}
    assert [each.code for each in chosen.diagnostics if "Key" in each.message] == [
        "parameter-secret"
    ]
    [found] = [
        each
        for each in choose_values(body, read("{}", f"TokenSecretArn={SECRET}")).diagnostics
        if each.severity is Severity.ERROR
    ]
    assert found.code == "parameter-refused"
    assert SECRET not in str(found)


INFRASTRUCTURE = {
    "VpcId": "vpc-1",
    "PublicSubnet1Id": "subnet-public1",
    "PublicSubnet2Id": "subnet-public2",
    "PrivateSubnet1Id": "subnet-private1",
    "PrivateSubnet2Id": "subnet-private2",
}
WORKER = "services: {web: {image: nginx}}"
PUBLISHED = "services: {web: {image: nginx, ports: ['80:80']}}"
OWN_SUBNETS = PUBLISHED + "\nx-aws-loadbalancer: {subnets: 2}\n"
INTERNAL = PUBLISHED + "\nx-aws-loadbalancer: {scheme: internal}\n"


@pytest.mark.parametrize(
    ("compose", "nat", "tasks", "balancer", "address"),
    [
        (WORKER, None, "public", None, "ENABLED"),
        (WORKER, "none", "public", None, "ENABLED"),
        (WORKER, "one", "private", None, "DISABLED"),
        (WORKER, "each", "private", None, "DISABLED"),
        (PUBLISHED, "one", "public", None, "ENABLED"),  # the load balancer shares these subnets
        (INTERNAL, "one", "private", None, "DISABLED"),
        (OWN_SUBNETS, "one", "private", "public", "DISABLED"),
        (OWN_SUBNETS, "none", "public", "public", "ENABLED"),
    ],
)
def test_an_infrastructure_gives_subnets_that_reach_the_internet(
    compose: str, nat: str | None, tasks: str, balancer: str | None, address: str
) -> None:
    outputs = INFRASTRUCTURE if nat is None else {**INFRASTRUCTURE, "NatGateways": nat}
    chosen = choose_values(template(compose), read(json.dumps(outputs)))
    expected = {"VpcId": "vpc-1", "AssignPublicIp": address}
    for number in (1, 2):
        expected[f"Subnet{number}Id"] = f"subnet-{tasks}{number}"
        if balancer:
            expected[f"LoadBalancerSubnet{number}Id"] = f"subnet-{balancer}{number}"
    assert chosen.values == expected
    assert chosen.diagnostics == ()


def test_what_is_given_by_its_own_name_is_not_derived() -> None:
    outputs = {**INFRASTRUCTURE, "NatGateways": "one", "Subnet1Id": "subnet-own"}
    chosen = choose_values(
        template(WORKER), read(json.dumps(outputs), "AssignPublicIp=ENABLED")
    ).values
    assert chosen["Subnet1Id"] == "subnet-own"
    assert chosen["AssignPublicIp"] == "ENABLED"


def test_a_value_that_cloudformation_refuses_is_an_error() -> None:
    chosen = choose_values(template(WORKER), read("AssignPublicIp: maybe"))
    [found] = [each for each in chosen.diagnostics if each.severity is Severity.ERROR]
    assert str(found) == (
        "values.yaml:1:17: error: the value of the parameter 'AssignPublicIp' is not one of its "
        "allowed values: ENABLED or DISABLED [parameter-refused]"
    )


def test_a_misspelled_parameter_is_a_warning() -> None:
    [found] = [
        each
        for each in choose_values(template(WORKER), read("{}", "VpcID=vpc-1")).diagnostics
        if each.severity is Severity.WARNING
    ]
    assert found.code == "parameter-unknown"
    assert found.message.endswith("did you mean 'VpcId'?")


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1).filter(lambda name: "=" not in name), st.text()))
def test_what_is_written_is_what_tools_read(values: dict[str, str]) -> None:
    pipeline = write_values(values, "codepipeline")
    assert json.loads(pipeline) == {"Parameters": values}
    words = json.loads(write_values(values, "cli"))
    read_back = DeployCommand.parse_key_value_arg(DeployCommand, words, "parameter-overrides")
    assert read_back == values


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a way to run command lines in a folder of its own."""
    (tmp_path / "compose.yaml").write_text(WORKER)
    (tmp_path / "infrastructure.json").write_text(json.dumps(INFRASTRUCTURE))

    return partial(command_line, tmp_path)


def test_the_command_line_writes_values_beside_the_template(run: Run, tmp_path: Path) -> None:
    done = run("--parameters-out", "values.json", "--values", "infrastructure.json")
    assert done.returncode == 0
    assert done.stdout == run().stdout
    written = json.loads((tmp_path / "values.json").read_text())
    assert written["Parameters"]["Subnet2Id"] == "subnet-public2"
    piped = run(
        *("--parameters-out", "values.json", "--parameters-format", "cli", "--values", "-"),
        stdin="VpcId: vpc-2",
    )
    assert piped.returncode == 0
    assert json.loads((tmp_path / "values.json").read_text()) == ["VpcId=vpc-2"]
    assert "info: the parameter 'Subnet1Id' needs a value: Subnet 1 of the VPC" in piped.stderr


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--parameter", "A=b"), 2, "write --parameters-out FILE"),
        (("--parameters-out", "v.json", "--parameter", "A"), 2, "write --parameter NAME=VALUE"),
        (("--parameters-out", "v.json", "--parameter", "=A"), 2, "write --parameter NAME=VALUE"),
        (("--parameters-out", "v.json", "--values", "absent"), 2, "absent: No such file"),
        (("config", "--parameters-out", "v.json"), 2, "config does not accept --parameters-out"),
        (("--parameters-out", "absent/v.json"), 2, "absent/v.json: No such file"),
        (("--parameters-out", "./template.yaml"), 2, "write the template to another file than"),
        (("--parameters-out", "v.json", "--parameter", "AssignPublicIp=x"), 1, "parameter-refused"),
        (("--parameters-out", "v.json", "--values", "compose.yaml"), 1, "values-form"),
    ],
)
def test_what_goes_wrong_is_told_and_writes_nothing(
    arguments: tuple[str, ...], status: int, said: str, run: Run, tmp_path: Path
) -> None:
    before = set(tmp_path.iterdir())
    done = run(*arguments, "-o", "template.yaml")
    assert done.returncode == status
    assert said in done.stderr
    assert set(tmp_path.iterdir()) == before


def test_values_are_not_written_without_the_template(run: Run, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    done = run("--parameters-out", "v.json", "-o", "absent/template.yaml")
    assert done.returncode == 2
    assert "absent/template.yaml: No such file" in done.stderr
    assert run("--parameters-out", "v.json", "--check", "absent.yaml").returncode == 1
    assert set(tmp_path.iterdir()) == before


def test_a_device_takes_the_values(run: Run) -> None:
    done = run("--parameters-out", "/dev/stderr", "-q")
    assert done.returncode == 0
    assert json.loads(done.stderr) == {"Parameters": {}}


def test_values_stay_in_the_root(run: Run, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/hostname")
    outside = tmp_path.parent / "outside.json"
    (tmp_path / "out").symlink_to(outside)
    options = ("--root", ".", "--parameters-out")
    assert run(*options, "v.json", "--values", "link").returncode == 2
    assert run(*options, "out").returncode == 2
    assert not outside.exists()


@pytest.mark.parametrize(("letters", "large"), [(20_000, False), (60_000, True)])
def test_a_large_template_takes_the_way_through_a_bucket(letters: int, *, large: bool) -> None:
    services = {
        f"s{number}": {"image": "nginx", "environment": {"TEXT": "x" * letters}}
        for number in range(1)
    }
    found = convert(files=Memory({"compose.yaml": json.dumps({"services": services})})).diagnostics
    said = [each for each in found if each.code == "template-large"]
    assert len(said) == large
    assert all("--s3-bucket" in each.message for each in said)


def test_json_may_be_large_where_yaml_is_not(run: Run, tmp_path: Path) -> None:
    services = {f"s{number}": {"image": "nginx"} for number in range(9)}
    (tmp_path / "compose.yaml").write_text(json.dumps({"services": services}))
    assert "template-large" not in run().stderr
    assert "as JSON, the template is larger" in run("--format", "json").stderr
