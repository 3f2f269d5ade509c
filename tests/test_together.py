"""Findings that say the same are told once, and name what else they are about."""

import pytest

from compose2cfn import ComposeError, Diagnostic, Memory, Severity, convert
from compose2cfn.diagnostics import Location, apart, together


def of(service: str, line: int, severity: Severity = Severity.WARNING) -> Diagnostic:
    """Make a finding that says the same of each service."""
    return Diagnostic(
        code="key-ignored",
        message="it is left out",
        severity=severity,
        path=("services", service, "stop_signal"),
        at=Location("compose.yaml", line, 5),
    )


def about(variable: str, service: str) -> Diagnostic:
    """Make a finding about a variable."""
    return Diagnostic(
        code="secret-in-environment",
        message=f"{variable} is a secret; write {variable} elsewhere",
        severity=Severity.WARNING,
        path=("services", service, "env_file"),
        subject=variable,
    )


def test_what_is_true_of_several_services_is_told_at_the_first() -> None:
    (found,) = together([of("web", 3), of("api", 7), of("job", 9)])
    assert str(found) == (
        "compose.yaml:3:5: warning: services.web.stop_signal: it is left out; the same is true of "
        "api and job [key-ignored]"
    )
    assert [other.at for other in found.others] == [
        Location("compose.yaml", 7, 5),
        Location("compose.yaml", 9, 5),
    ]


def test_only_the_subjects_may_differ() -> None:
    (found,) = together([about("TOKEN", "web"), about("KEY", "web"), about("KEY", "api")])
    assert (
        "TOKEN is a secret; write TOKEN elsewhere; the same is true of KEY of web and KEY of api"
        in str(found)
    )


def test_errors_and_other_severities_stay_by_themselves() -> None:
    several = (of("web", 3, Severity.ERROR), of("api", 7, Severity.ERROR), of("job", 9))
    assert together(several) == several


def test_what_is_put_together_can_be_taken_apart() -> None:
    several = (of("web", 3), of("api", 7), about("KEY", "web"))
    assert tuple(apart(together(several))) == several
    assert together(apart(together(several))) == together(several)


FILE = """
services:
  web: {image: nginx, stop_signal: SIGINT, environment: {DB_PASSWORD: a}}
  api: {image: nginx, stop_signal: SIGINT, environment: {API_TOKEN: "$NONE$NEITHER", KEY: b}}
"""


def codes(found: tuple[Diagnostic, ...]) -> list[str]:
    return [each.code for each in found if each.severity is Severity.WARNING]


def test_a_run_says_once_what_is_true_of_many() -> None:
    found = convert(files=Memory({"compose.yaml": FILE})).diagnostics
    assert len(codes(found)) == len(set(codes(found)))
    assert {"key-ignored", "variable-unset"} <= set(codes(found))


def test_a_run_that_fails_does_so_too() -> None:
    refused = f"{FILE}  bad: {{image: nginx, privileged: true}}\n"
    with pytest.raises(ComposeError) as raised:
        convert(files=Memory({"compose.yaml": refused}))
    found = raised.value.diagnostics
    assert len(codes(found)) == len(set(codes(found)))
