"""checkov fails nothing but what was looked at, and stays for a reason."""

import json
import subprocess

import pytest

from tests.cases import CONVERTIBLE, write_templates
from tests.validators.tools import environment

CHECKOV = "checkov==3.3.30"
REVIEWED = {
    "CKV_AWS_2": "a port without a certificate is plain HTTP: the file decides, x-aws-certificate "
    "makes it HTTPS",
    "CKV_AWS_103": "the same listeners, and those of TCP; HTTPS ones have a modern policy",
    "CKV_AWS_149": "the key that AWS manages serves an account; another one would need its policy",
    "CKV_AWS_158": "likewise: CloudWatch Logs encrypts with a key of its own",
    "CKV_AWS_260": "a published port is published; x-aws-ingress narrows it",
    "CKV_AWS_65": "Container Insights is billed; x-aws-container_insights asks for it",
    "CKV_AWS_91": "access logs need a bucket with a policy, which is the account's to have; "
    "x-aws-loadbalancer: {attributes} names one",
}
"""The checks that some template fails, and why the template is right."""


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return the failed checks of all templates, with the resources that fail them."""
    program = environment(CHECKOV) / "checkov"
    folder = tmp_path_factory.mktemp("templates")
    write_templates(folder)
    options = ["--framework", "cloudformation", "--skip-download", "--compact", "--quiet"]
    done = subprocess.run(
        [str(program), "-d", str(folder), *options, "-o", "json", "--soft-fail"],
        capture_output=True,
        text=True,
        check=True,
    )
    report = json.loads(done.stdout)
    assert report["summary"]["resource_count"] > len(CONVERTIBLE)
    assert report["summary"]["parsing_errors"] == 0
    found: dict[str, list[str]] = {}
    for check in report["results"]["failed_checks"]:
        where = f"{check['file_path']} {check['resource']}: {check['check_name']}"
        found.setdefault(check["check_id"], []).append(where)
    return found


@pytest.mark.slow
def test_every_failed_check_is_reviewed(failed: dict[str, list[str]]) -> None:
    assert {check: where for check, where in failed.items() if check not in REVIEWED} == {}


@pytest.mark.slow
def test_every_review_is_needed(failed: dict[str, list[str]]) -> None:
    assert REVIEWED.keys() - failed.keys() == set()
