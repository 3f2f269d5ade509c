"""Check the policy documents in a file, before IAM refuses them."""

import re
from collections.abc import Iterator, Mapping, Sequence

from compose2cfn.diagnostics import did_you_mean
from compose2cfn.findings import Spot
from compose2cfn.model.frozen import LISTS, MAPPINGS
from compose2cfn.model.functions import Function
from compose2cfn.plan.permissions.conditions import check_conditions, report_refused

POLICY_VERSIONS = ("2012-10-17", "2008-10-17")
"""The versions of the policy language, the newest first."""
LARGEST_POLICIES = 10_240
"""Characters of all policies within one role, without white space."""

_LENGTH_OF_ARN = 92
"""Characters of a long ARN, in quotes."""
_ELEMENTS = ("Version", "Id", "Statement")
_STATEMENT = ("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")
_SID = r"[A-Za-z0-9]*"
_ACTION = r"\*|[^:*?]+:[^:]+"
_RESOURCE = r"\*|arn:[^:]*:[^:*?]+:[^:]*:[^:]*:.+"
# Buckets, roles and hosted zones have no region; a bucket has no account either.
_PLACELESS = (
    r"arn:[^:]*:(?:iam|route53):[^:*?]+:.*"
    r"|arn:[^:]*:s3:(?:[^:*?]+:[^:]*|[^:]*:[^:*?]+):[^/]*"
)


def extent(value: object) -> int:
    """Count the characters of a document as IAM does; an intrinsic function counts as an ARN."""
    if isinstance(value, str):
        return len(value) + 2
    if isinstance(value, Function):
        return _LENGTH_OF_ARN
    if isinstance(value, MAPPINGS):
        return max(2, 1 + sum([extent(key) + extent(item) + 2 for key, item in value.items()]))
    if isinstance(value, LISTS):
        return max(2, 1 + sum([extent(item) + 1 for item in value]))
    return len(str(value))


def check_document(document: Mapping[str, object], spot: Spot) -> None:
    """Report what IAM would refuse in a policy document for a role; functions are not checked."""
    for key in document:
        if key not in _ELEMENTS:
            hint = did_you_mean(key, _ELEMENTS)
            report_refused(f"a policy document has no {key!r}{hint}", spot / key)
    newest = POLICY_VERSIONS[0]
    version = document.get("Version", newest)
    if isinstance(version, str) and version not in POLICY_VERSIONS:
        shown = (spot / "Version").shown(version)
        about = f'there is no version {shown!r}; write "{newest}"'
        report_refused(about, spot / "Version")
    if not document.get("Statement"):
        report_refused("a policy document needs a Statement", spot)
        return
    sids: set[str] = set()
    for statement, here in _statements(document["Statement"], spot / "Statement"):
        if not isinstance(statement, Mapping):
            report_refused("a statement must be a mapping", here)
        elif not isinstance(statement, Function):
            _check_statement(statement, here, sids)


def _statements(said: object, spot: Spot) -> Iterator[tuple[object, Spot]]:
    """List the statements of a document, which has one or several."""
    if isinstance(said, list | tuple):
        for index, statement in enumerate(said):
            yield statement, spot / index
    else:
        yield said, spot


def _check_statement(statement: Mapping[str, object], spot: Spot, sids: set[str]) -> None:
    """Check one statement; ``sids`` are the names of those before it."""
    for key in statement:
        if key in {"Principal", "NotPrincipal"}:
            report_refused(
                "the role itself is the principal of its policies; leave this out", spot / key
            )
        elif key not in _STATEMENT:
            hint = did_you_mean(key, _STATEMENT)
            report_refused(f"a statement has no {key!r}{hint}", spot / key)
    sid = statement.get("Sid", "")
    if isinstance(sid, str) and (not re.fullmatch(_SID, sid) or (sid and sid in sids)):
        report_refused("a Sid must have only letters and digits, and be unique", spot / "Sid")
    sids.add(str(sid))
    effect = statement.get("Effect")
    if not isinstance(effect, Function) and effect not in ("Allow", "Deny"):  # it may be a list
        where = spot / "Effect" if "Effect" in statement else spot
        report_refused("a statement needs an Effect: Allow or Deny", where)
    for one, other in (("Action", "NotAction"), ("Resource", "NotResource")):
        if one in statement and other in statement:
            report_refused(f"{one} and {other} exclude each other; keep one", spot / other)
        elif not (statement.get(one) or statement.get(other)):
            article = "an" if one == "Action" else "a"
            report_refused(f"a statement needs {article} {one}", spot)
    _check_patterns(statement, spot)
    check_conditions(statement.get("Condition"), spot / "Condition")


def _check_patterns(statement: Mapping[str, object], spot: Spot) -> None:
    """Check what a statement allows, and on what."""
    for key, value in statement.items():
        for text in _texts(value):
            shown = (spot / key).shown(text)
            match key:
                case "Action" | "NotAction" if not re.fullmatch(_ACTION, text):
                    wrong = f"{shown!r} is not a valid action; write e.g. s3:GetObject"
                case "Resource" | "NotResource" if not re.fullmatch(_RESOURCE, text):
                    wrong = f"{shown!r} is not a valid resource; write an ARN or *"
                case "Resource" | "NotResource" if re.fullmatch(_PLACELESS, text):
                    wrong = f"the ARN {shown!r} has a region or account where there must be none"
                case _:
                    continue
            report_refused(wrong, spot / key)


def _texts(value: object) -> Iterator[str]:
    """List the texts of a value that may be one or several."""
    match value:
        case str():
            yield value
        case Sequence():
            yield from (item for item in value if isinstance(item, str))
