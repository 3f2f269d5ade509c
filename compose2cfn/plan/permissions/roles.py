"""Decide what roles allow: the code in the containers, and ECS on its behalf."""

import re
from collections.abc import Iterable, Mapping

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
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

_ECR_REGISTRY = r"[0-9]{12}\.dkr[.-]ecr(?:-fips)?\.[a-z0-9-]+\."


class ServicePermissions(Record):
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


class Roles(Record):
    """What the roles of all tasks allow."""

    services: Mapping[str, ServicePermissions]
    repositories: Mapping[str, tuple[Value, ...]]
    """For each task with any, by its owner, the ARNs of what ECS pulls from Amazon ECR."""
    created_repositories: Mapping[str, tuple[Value, ...]]
    """Those that ECS may create when it pulls from them for the first time, likewise."""
    exec_tasks: frozenset[str]
    """The owners of the tasks in whose containers ECS Exec runs commands."""


def grant_roles(
    app: App,
    names: Names,
    tasks: Tasks,
    findings: Findings,
    *,
    exec_services: frozenset[str],
) -> Roles:
    """Decide what the role of each task allows, and what ECS may pull for it.

    ``exec_services`` are those in whose containers ECS Exec runs commands.
    """
    services = app.project.services
    repositories, created = {}, {}
    for owner, task in tasks.items():
        found = {
            name: repository
            for name in task.services
            if (repository := _repository(services[name])) is not None
        }
        if found:
            repositories[owner] = distinct(found.values())
        asked = [name for name in task.services if services[name].x_aws_create_repository]
        _report_foreign(set(asked) - found.keys(), findings)
        if known := distinct(found[name] for name in asked if name in found):
            created[owner] = known
    permissions = {
        name: _permissions(name, service, names, findings.at("services", name))
        for name, service in services.items()
    }
    return Roles(
        services=Frozen(permissions),
        repositories=Frozen(repositories),
        created_repositories=Frozen(created),
        exec_tasks=frozenset(map(tasks.owner, exec_services)),
    )


def _permissions(name: str, service: Service, names: Names, spot: Spot) -> ServicePermissions:
    role, policy = _role(service, spot / "x-aws-role")
    return ServicePermissions(
        origin=spot.path,
        role=role,
        policy=policy,
        managed_policies=_managed_policies(
            service.x_aws_policies or (), spot / "x-aws-policies", given_role=role is not None
        ),
        pull_credentials=_pull_credentials(name, service, names, spot / "x-aws-pull_credentials"),
    )


def _role(service: Service, spot: Spot) -> tuple[Value | None, Mapping[str, object] | None]:
    """Use the role that is given, or the policy document for one that the stack creates."""
    match service.x_aws_role:
        case None | "":
            return None, None
        case str() | Function() as said:
            return ROLE.read(said, spot), None
        case document:
            return None, _policy(document, spot)


def _policy(said: Mapping[str, object], spot: Spot) -> Mapping[str, object]:
    """Use the policy document that is written, in the newest version if it names none."""
    check_document(said, spot)
    document = {"Version": POLICY_VERSIONS[0], **said}
    if (size := extent(document)) > LARGEST_POLICIES:
        spot.error(
            "policy-size",
            f"the policies of a role have at most {LARGEST_POLICIES} characters, and this one has "
            f"{size}; use managed policies (x-aws-policies)",
        )
    return Frozen(document)


def _managed_policies(
    policies: tuple[Value, ...], spot: Spot, *, given_role: bool
) -> tuple[Value, ...]:
    """Use the managed policies that are given, unless the role is given too."""
    if not policies:
        return ()
    if given_role:
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
    if isinstance(said, str) and re.match(_ECR_REGISTRY, said):
        spot.warn(
            "credentials-unneeded",
            "this is a registry of Amazon ECR, which needs no credentials, so it is left out; "
            "remove the key",
        )
        return None
    asked = REGISTRY_CREDENTIALS.parameter(
        names.service(name, "PullCredentialsArn"),
        f"ARN of the secret with which ECS logs in to the registry of the service {name}",
    )
    return kept_at(REGISTRY_CREDENTIALS.given(said, spot, asked), spot)


def _report_foreign(services: Iterable[str], findings: Findings) -> None:
    """Report services that want a repository for an image of another registry."""
    for name in sorted(services):
        findings.at("services", name, "x-aws-create_repository").error(
            "repository-foreign",
            "only Amazon ECR caches images in repositories; write the image as the cache has it, "
            "e.g. 123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/NAME:TAG",
        )


def _repository(service: Service) -> Value | None:
    """Find the private ECR repository of an image: any of this account if a parameter names it."""
    if not service.image:
        return arn("ecr", "repository/*")
    if found := ecr_repository(service.image):
        return arn("ecr", f"repository/{found.name}", region=found.region, account=found.account)
    return None
