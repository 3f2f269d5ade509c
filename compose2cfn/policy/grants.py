"""What the role of CloudFormation needs for a template, and what its caller needs."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import Diagnostic, Location, Severity, Steps, listed, told
from compose2cfn.policy.caller import caller_documents
from compose2cfn.policy.conditions import IAM_ROLE, POLICIES, condition_of
from compose2cfn.policy.deployed import Deployed
from compose2cfn.policy.documents import Permissions
from compose2cfn.policy.handlers import handler_actions, handlers
from compose2cfn.policy.lookups import allow_lookups
from compose2cfn.policy.reach import ANY, Reach
from compose2cfn.policy.reviewed import (
    LINKED,
    PASSED,
    PROFILES,
    UNLISTED,
    UNUSED,
    LinkedRole,
    Passed,
    Unlisted,
)
from compose2cfn.policy.roles import role_arns
from compose2cfn.policy.things import reached
from compose2cfn.stack import render
from compose2cfn.stack.result import by_bucket

_APART = frozenset({"iam:PassRole", "iam:CreateServiceLinkedRole"})
"""Actions that need a condition, so that reviewed tables say of them what handlers do not."""

_TRUST: Mapping[str, object] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "cloudformation.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}

Sources = Mapping[str, tuple[Steps, Location | None]]
"""Where each resource comes from, by id: `compose2cfn.Result.sources`."""


class Grants(NamedTuple):
    """Policy documents, each short enough for a managed policy, and what was found on the way."""

    service_role: tuple[Mapping[str, object], ...]
    """What the role needs that CloudFormation assumes."""
    caller: tuple[Mapping[str, object], ...]
    """What a person or a pipeline needs."""
    diagnostics: tuple[Diagnostic, ...]

    def to_dict(self) -> dict[str, object]:
        """Return them as plain data, with the trust policy of the role."""
        return {
            "ServiceRole": {
                "AssumeRolePolicyDocument": _TRUST,
                "PolicyDocuments": list(self.service_role),
            },
            "Caller": {"PolicyDocuments": list(self.caller)},
        }

    def to_json(self) -> str:
        """Write them as JSON."""
        return f"{json.dumps(self.to_dict(), indent=2)}\n"


def deployment_grants(
    body: Mapping[str, object],
    reach: Reach | None = None,
    *,
    values: Mapping[str, str] | None = None,
    sources: Sources | None = None,
) -> Grants:
    """Say what it takes to create, update and delete a stack of a template, and no more.

    ``values`` are those of the template's parameters, as far as they are known; ``sources`` give
    findings their places. Raises `ValueError` for a reach that AWS would refuse. An update needs
    what both of its templates do.
    """
    deployed = Deployed(body, (reach or Reach()).whole(), values or {})
    made = _Grants(deployed, sources or {})
    permissions = made.permissions()
    large = bool(by_bucket(render.yaml(body), "YAML"))
    caller = caller_documents(deployed, large=large)
    return Grants(permissions.documents(), caller, told(made.found))


class _Grants:
    """What the service role needs, collected type by type."""

    def __init__(self, deployed: Deployed, sources: Sources) -> None:
        self.deployed = deployed
        self.found: list[Diagnostic] = []
        self._sources = sources

    def permissions(self) -> Permissions:
        collected = Permissions()
        for kind in self.deployed.kinds():
            if kind in handlers():
                self._allow_type(collected, kind)
            else:
                self._report_unknown(kind)
        self._allow_passing(collected)
        self._allow_linking(collected)
        allow_lookups(collected, self.deployed)
        self._report_any_policy()
        self._report_any_stack()
        return collected

    def _allow_type(self, collected: Permissions, kind: str) -> None:
        """Allow what the handlers of a type do, as reviewed."""
        for action in sorted({*self._listed(kind), *self._unlisted(kind)}):
            resources = reached(self.deployed, kind, action)
            collected.allow([action], resources, condition_of(self.deployed, kind, action))

    def _listed(self, kind: str) -> Iterator[str]:
        """List what the handlers of a type say that they do, for the features that are used."""
        unused = [
            row
            for row in UNUSED
            if row.kind == kind and not any(self.deployed.has(kind, each) for each in row.features)
        ]
        for action in handler_actions(kind) - _APART:
            if not any(row.covers(action) for row in unused):
                yield action

    def _unlisted(self, kind: str) -> Iterator[str]:
        """List what the handlers of a type do not say that they need."""
        for row in UNLISTED:
            if row.kind == kind and self._is_needed(row):
                yield from row.actions.split()

    def _is_needed(self, row: LinkedRole | Unlisted) -> bool:
        """Tell whether the template has a resource, or a feature of one, that needs a row."""
        if row.features:
            return any(self.deployed.has(row.kind, each) for each in row.features)
        return any(self.deployed.of(row.kind))

    def _allow_passing(self, collected: Permissions) -> None:
        """Allow the roles of the template to be handed to the services that they are for."""
        passed: dict[str, set[str]] = {}
        for row in (*PASSED, *PROFILES):
            for id_, value in self.deployed.at(row.kind, row.path):
                roles = role_arns(self.deployed, value)
                passed.setdefault(row.service, set()).update(roles)
                if self.deployed.target(value) is None and _any_role(roles):
                    self._report_any_role(id_, row)
        for service, arns in passed.items():
            known = {"StringEquals": {"iam:PassedToService": self._principals(service)}}
            collected.allow(["iam:PassRole"], arns, known)

    def _principals(self, service: str) -> str | list[str]:
        """Name a service as the partition does; China has names of its own for some.

        https://docs.amazonaws.cn/en_us/aws/latest/userguide/iam.html
        """
        china = self.deployed.reach.partition == "aws-cn" and service.startswith("ec2.")
        return [service, f"{service}.cn"] if china else service

    def _allow_linking(self, collected: Permissions) -> None:
        """Allow the service-linked roles to be made that an account may not have yet."""
        for row in LINKED:
            if self._is_needed(row):
                role = f"role/aws-service-role/{row.service}/*"
                collected.allow(
                    ["iam:CreateServiceLinkedRole"],
                    [self.deployed.reach.global_arn("iam", role)],
                    {"StringEquals": {"iam:AWSServiceName": row.service}},
                )

    def _report_unknown(self, kind: str) -> None:
        ids = [id_ for id_, _ in self.deployed.of(kind)]
        about = (
            f"{listed(ids, 'and')} {'is' if len(ids) == 1 else 'are'} of the type {kind}; what "
            "CloudFormation does to create, update and delete that is not known here, so add it "
            "to the policy of the service role"
        )
        self._warn("permissions-unknown", about, ids[0])

    def _report_any_stack(self) -> None:
        if self.deployed.reach.stack == ANY:
            about = (
                "the policy of the service role reaches the roles, services and so on of all stacks"
                "; write --stack NAME, and --account and --region, to narrow it"
            )
            self._warn("permissions-wide", about)

    def _report_any_role(self, id_: str, row: Passed) -> None:
        about = (
            f"which role {id_} hands to {row.service} is known only when the stack is created, so "
            "the policy allows any role of the account; give it with --parameter NAME=VALUE"
        )
        self._warn("permissions-wide", about, id_)

    def _report_any_policy(self) -> None:
        for id_, value in self.deployed.at(IAM_ROLE, POLICIES):
            if self.deployed.text(value) == ANY:
                about = (
                    f"which managed policy {id_} gets is known only when the stack is created, so "
                    "the policy of the service role allows any; give it with --parameter NAME=VALUE"
                )
                self._warn("permissions-wide", about, id_)

    def _warn(self, code: str, about: str, id_: str = "") -> None:
        path, place = self._sources.get(id_, ((), None))
        self.found.append(
            Diagnostic(
                code=code,
                message=about,
                severity=Severity.WARNING,
                path=path,
                at=place,
                subject=id_,
            )
        )


def _any_role(arns: Iterable[str]) -> bool:
    return any(arn.endswith(f":role/{ANY}") for arn in arns)
