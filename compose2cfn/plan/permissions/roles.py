"""Decide what roles allow: the code in the containers, and ECS on its behalf."""

from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen
from compose2cfn.model.functions import Function
from compose2cfn.model.service import Service
from compose2cfn.plan.permissions.documents import (
    LARGEST_POLICIES,
    POLICY_VERSIONS,
    check_document,
    extent,
)
from compose2cfn.plan.secrets import SecretReference, kept_at
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.given import MANAGED_POLICY, REGISTRY_CREDENTIALS, ROLE
from compose2cfn.plan.terms.images import ecr_repository
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, arn, distinct

MOST_MANAGED = 25
"""Managed policies that one role can have."""


class ServicePermissions(NamedTuple):
    """What a service says about the role of its task, and about the registry of its image."""

    origin: KeyPath
    role: Value | None
    """The ARN of an existing role, which is not changed."""
    policy: Mapping[str, object] | None
    """A policy document for the role."""
    managed_policies: tuple[Value, ...]
    """The ARNs of managed policies for the role."""
    pull_credentials: SecretReference | None
    """The secret with which ECS logs in to the registry."""


class Roles(NamedTuple):
    """What the roles of all tasks allow."""

    services: Mapping[str, ServicePermissions]
    repositories: Mapping[str, tuple[Value, ...]]
    """For each task with any, by its owner, the ARNs of what ECS pulls from Amazon ECR."""
    exec_tasks: frozenset[str]
    """The owners of the tasks in whose containers ECS Exec runs commands."""


def grant_roles(app: App, names: Names, tasks: Tasks, findings: Findings) -> Roles:
    """Decide what the role of each task allows, and what ECS may pull for it."""
    services = app.project.services
    repositories = {}
    for owner, task in tasks.items():
        found = distinct(map(_repository, (services[name] for name in task.services)))
        if pulled := tuple(repository for repository in found if repository is not None):
            repositories[owner] = pulled
    permissions = {
        name: _permissions(name, service, names, findings.at("services", name))
        for name, service in services.items()
    }
    return Roles(
        services=Frozen(permissions),
        repositories=Frozen(repositories),
        exec_tasks=frozenset(
            tasks.owner(name) for name, service in services.items() if service.x_aws_exec
        ),
    )


def _permissions(name: str, service: Service, names: Names, spot: Spot) -> ServicePermissions:
    return ServicePermissions(
        origin=spot.path,
        role=_role(service, spot / "x-aws-role"),
        policy=_policy(service, spot / "x-aws-role"),
        managed_policies=_managed_policies(service, spot / "x-aws-policies"),
        pull_credentials=_pull_credentials(name, service, names, spot / "x-aws-pull_credentials"),
    )


def _given_role(service: Service) -> Value | None:
    """Return a role that is given; None for a policy document, and for nothing."""
    match service.x_aws_role:
        case Function() as said:
            return said
        case str() as said:
            return said or None
    return None


def _role(service: Service, spot: Spot) -> Value | None:
    """Use the role that is given."""
    said = _given_role(service)
    return None if said is None else ROLE.read(said, spot)


def _policy(service: Service, spot: Spot) -> Mapping[str, object] | None:
    """Use the policy document that is written, in the newest version if it names none."""
    said = service.x_aws_role
    if not isinstance(said, Mapping) or isinstance(said, Function):
        return None
    check_document(said, spot)
    document = {"Version": POLICY_VERSIONS[0], **said}
    if (size := extent(document)) > LARGEST_POLICIES:
        spot.error(
            "policy-size",
            f"the policies of a role have at most {LARGEST_POLICIES} characters, and this one has "
            f"{size}; use managed policies (x-aws-policies)",
        )
    return Frozen(document)


def _managed_policies(service: Service, spot: Spot) -> tuple[Value, ...]:
    """Use the managed policies that are given, unless the role is given too."""
    policies = service.x_aws_policies or ()
    if not policies:
        return ()
    if _given_role(service) is not None:
        spot.error(
            "role-incomplete",
            "an existing role is not changed; attach the policies to it, or write "
            "x-aws-role as a policy document",
        )
        return ()
    if len(policies) > MOST_MANAGED:
        spot.error(
            "policy-count",
            f"a role has at most {MOST_MANAGED} managed policies; move some to x-aws-role",
        )
    return tuple(MANAGED_POLICY.read(policy, spot / index) for index, policy in enumerate(policies))


def _pull_credentials(
    name: str, service: Service, names: Names, spot: Spot
) -> SecretReference | None:
    """Use the secret that is given for the registry of an image, or ask for it."""
    said = service.x_aws_pull_credentials
    if said is None:
        return None
    asked = REGISTRY_CREDENTIALS.parameter(
        names.service(name, "PullCredentialsArn"),
        f"ARN of the secret with which ECS logs in to the registry of the service {name}",
    )
    return kept_at(REGISTRY_CREDENTIALS.given(said, spot, asked), spot)


def _repository(service: Service) -> Value | None:
    """Find the private ECR repository of an image: any of this account if a parameter names it."""
    if not service.image:
        return arn("ecr", "repository/*")
    if found := ecr_repository(service.image):
        return arn("ecr", f"repository/{found.name}", region=found.region, account=found.account)
    return None
