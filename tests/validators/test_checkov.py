"""checkov fails nothing but what was looked at, and stays for a reason."""

import pytest

from tests.cases import CONVERTIBLE, write_templates
from tests.validators import checkov

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
def report(tmp_path_factory: pytest.TempPathFactory) -> checkov.Report:
    """Return what is said of all templates."""
    folder = tmp_path_factory.mktemp("templates")
    write_templates(folder)
    return checkov.check(folder)


@pytest.mark.slow
def test_every_failed_check_is_reviewed(report: checkov.Report) -> None:
    assert report.resources > len(CONVERTIBLE)
    assert [one for one in report.failures if one.check not in REVIEWED] == []


@pytest.mark.slow
def test_every_review_is_needed(report: checkov.Report) -> None:
    assert REVIEWED.keys() - {one.check for one in report.failures} == set()
