"""Faults of the input: each one located, all of them in one run, and never a traceback."""

import pytest

from compose2cfn import ComposeError, Diagnostic, Memory, Severity, convert
from compose2cfn.codes import CODES

FAULTY = {
    "compose.yaml": """\
services:
  web:
    imgae: nginx
    image: nginx
    ports: "80:80"
    environment:
      TOKEN: ${TOKEN:?needed to sign in}
  api:
    image: api
    env_file: absent.env
""",
    "broken.yaml": """\
services:
  web: [nginx
""",
}


def faults(*paths: str, files: dict[str, str]) -> tuple[Diagnostic, ...]:
    """Return the faults of files that cannot be converted."""
    with pytest.raises(ComposeError) as raised:
        convert(*paths, files=Memory(files))
    return raised.value.diagnostics


def test_all_faults_of_all_files_come_at_once() -> None:
    found = faults("compose.yaml", "broken.yaml", "missing.yaml", files=FAULTY)
    places = {(d.code, d.at.file if d.at else "", d.at.line if d.at else 0) for d in found}
    assert places >= {
        ("unknown-key", "compose.yaml", 3),
        ("required-variable", "compose.yaml", 7),
        ("missing-file", "compose.yaml", 10),
    }
    assert ("yaml-syntax", "broken.yaml") in {(code, file) for code, file, _ in places}
    assert "missing.yaml" in "\n".join(d.message for d in found if d.code == "missing-file")
    wrong = [d for d in found if d.at and d.at[:2] == ("compose.yaml", 5)]
    assert [d.severity for d in wrong] == [Severity.ERROR]
    assert all(d.severity is Severity.ERROR for d in found)


def test_faults_are_sorted_by_place_and_said_once() -> None:
    found = faults("compose.yaml", "broken.yaml", files=FAULTY)
    places = [d.at for d in found if d.at]
    assert places == sorted(places)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("services: [", "compose.yaml:2:1: error: "),
        ("services:\n  web: {image: 'nginx}\n", "a quote is closed"),
        ("services:\n\tweb: {}\n", "compose.yaml:2:1: error: "),
        ("a: 1\na: 2\n", "compose.yaml:2:1: error: "),
        ("services: {web: {image: nginx, pots: [80]}}", "did you mean ports?"),
        ("services: {web: {image: nginx, x-aws-rol: a}}", "did you mean 'x-aws-role'?"),
        (
            "{services: {web: {image: nginx}}, x-aws-role: a}",
            "did you mean 'x-aws-role' of services.*?",
        ),
        (
            "services: {web: {image: nginx, x-aws-certificate: a}}",
            "did you mean 'x-aws-certificate' of services.*.ports[]?",
        ),
        ("servcies: {web: {image: nginx}}", "did you mean services?"),
        ("services: {web: {image: nginx, ports: 80}}", "compose.yaml:1:"),
        ("services: {web: {image: [nginx]}}", "compose.yaml:1:"),
        ("services: {web: {image: nginx, deploy: {replicas: many}}}", "compose.yaml:1:"),
        ("services: {web: {image: nginx, mem_limit: lots}}", "compose.yaml:1:"),
        ("services: {web: {image: nginx, depends_on: [db]}}", "compose.yaml:1:"),
        ("services: {web: {image: '${TAG:?which one}'}}", "which one"),
        ("services: {web: {image: '${TAG'}}", "compose.yaml:1:25: error: "),
        ("services: {web: {image: nginx, env_file: none.env}}", "none.env"),
        ("include: [other.yaml]", "other.yaml"),
        ("services: {web: {extends: {file: other.yaml, service: web}}}", "other.yaml"),
        ("services: {web: nginx}", "compose.yaml:1:"),
        ("services: null", "compose.yaml:1:"),
        ("", "compose.yaml:1:1: error: "),
        ("just a text", "compose.yaml:1:1: error: "),
        ("- a list", "compose.yaml:1:1: error: "),
        ("services: {web: {image: !!binary '%%%'}}", "compose.yaml:1:"),
        ("services: {1: {image: nginx}}", "compose.yaml:1:"),
        ("services: {web: &w {image: nginx, build: *w}}", "compose.yaml:1:"),
        ("\0", "compose.yaml:1:"),
        ("services: {web: {image: nginx, x-aws-cloudformation: {}}}", "compose.yaml:1:"),
        (
            "services: {web: {image: nginx, x-aws-logs_retention: -1}}",
            "services.web.x-aws-logs_retention: CloudWatch Logs cannot keep entries for -1 days",
        ),
        (
            "{services: {web: {image: nginx}}, x-aws-cluster: {Ref: Nowhere}}",
            "x-aws-cluster: the template has no 'Nowhere'; declare it below x-aws-cloudformation",
        ),
        (
            "services: {web: {image: nginx, x-aws-role: {Statement: [{Effect: [Allow]}]}}}",
            "a statement needs an Effect: Allow or Deny",
        ),
        (
            "{services: {web: {image: a, ports: [80]}}, x-aws-loadbalancer: {type: [a], kind: b}}",
            "x-aws-loadbalancer.kind: there is no such key",
        ),
        (
            "services: {web: {image: a, ports: [80], x-aws-healthcheck: {interval: often}}}",
            "x-aws-healthcheck.interval: must be a whole number",
        ),
        (
            "services: {web: {image: a, deploy: {x-aws-autoscaling: {min: few, max: 2}}}}",
            "x-aws-autoscaling.min: must be a whole number",
        ),
        (
            "services: {web: {image: a, x-aws-secrets: {Ref: Password}}}",
            "one whose only key is Ref is read as a function; add another entry",
        ),
        (
            "{services: {web: {image: a, ports: [80]}}, x-aws-loadbalancer: {type: {Ref: X}}}",
            "x-aws-loadbalancer.type: must be a text, not a function: it decides",
        ),
    ],
)
def test_a_fault_has_a_place_and_says_what_to_write(text: str, said: str) -> None:
    found = faults("compose.yaml", files={"compose.yaml": text})
    assert any(said in str(one) for one in found), "\n".join(map(str, found))
    assert all(one.message and one.at for one in found)


def test_a_file_that_is_missing_is_said_once_for_each_mention() -> None:
    found = faults("one.yaml", "two.yaml", files={})
    assert [one.code for one in found] == ["missing-file", "missing-file"]
    assert ["one.yaml" in found[0].message, "two.yaml" in found[1].message] == [True, True]


def test_no_file_at_all_says_which_names_are_looked_for() -> None:
    (found,) = faults(files={})
    assert found.code == "missing-file"
    assert "compose.yaml" in found.message


def test_each_wrong_item_of_a_list_is_told_of() -> None:
    text = "services: {a: {image: x, expose: [{a: 1}, {b: 2}, {c: 3}], dns: [{d: 4}, {e: 5}]}}"
    found = faults("compose.yaml", files={"compose.yaml": text})
    assert [one.path[2:] for one in found if one.code == "wrong-type"] == [
        *(("expose", number) for number in range(3)),
        *(("dns", number) for number in range(2)),
    ]


def test_an_alias_repeats_an_item_too() -> None:
    text = "services: {a: {image: x, group_add: [&group staff, *group]}}"
    (found,) = faults("compose.yaml", files={"compose.yaml": text})
    assert found.code == "duplicate-item"


def test_what_an_include_may_have_brought_is_not_told_to_be_missing() -> None:
    text = "{include: [absent.yaml], services: {a: {extends: b}}}"
    (found,) = faults("compose.yaml", files={"compose.yaml": text})
    assert found.code == "missing-file"


@pytest.mark.parametrize("text", ["1__0", "1_", "_", "._", "--5", "٣", "9" * 5000, "-", "."])
@pytest.mark.parametrize(
    "key",
    [
        *("mem_limit", "shm_size", "cpus", "scale", "x-aws-min_percent", "x-aws-logs_retention"),
        *("x-aws-ephemeral_storage", "x-aws-subnets", "stop_grace_period"),
    ],
)
def test_no_number_is_read_in_words_of_python(key: str, text: str) -> None:
    compose = f"services: {{web: {{image: a, {key}: '{text}'}}}}"
    found = faults("compose.yaml", files={"compose.yaml": compose})
    assert {one.code for one in found} <= set(CODES)
