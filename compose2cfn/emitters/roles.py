"""What the code in the containers may do, and how ECS gets at their images."""

import re
from collections.abc import Iterator, Mapping

from compose2cfn.findings import Parameter
from compose2cfn.model.service import Service
from compose2cfn.plan.make import Plan
from compose2cfn.plan.permissions.documents import LARGEST, MOST_MANAGED, check
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.values import Value, arn, intrinsic, ref, sub
from compose2cfn.stack.intrinsics import canonical
from compose2cfn.stack.items import (
    ContainerPart,
    Item,
    Param,
    RoleKind,
    RolePart,
    TaskPart,
    emitter,
)

_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws(?:webservices)?)"
    r"/(?P<repository>[^:@]+)(?:[:@].*)?"
)
_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
_ROLE = re.compile(r"arn:[a-z-]+:iam::\d{12}:role/[\w+=,.@/-]+")
_POLICY = re.compile(r"arn:[a-z-]+:iam::(?:aws|\d{12}):policy/[\w+=,.@/-]+")
_SECRET = re.compile(r"arn:[a-z-]+:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+")

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
_EXEC = (
    *("ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel"),
    *("ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
)


@emitter(
    "services.*.image",
    "services.*.x-aws-exec",
    "services.*.x-aws-policies",
    "services.*.x-aws-pull_credentials",
    "services.*.x-aws-role",
)
def roles(plan: Plan) -> Iterator[Item]:
    """Allow each task what its services say, and ECS to pull their images."""
    notes = Notes()
    for owner, task in plan.tasks.items():
        pulls = []
        for name in task.services:
            service = plan.app.project.services[name]
            yield from _permissions(owner, name, service, notes)
            yield from _credentials(plan, owner, name, service, notes)
            if repository := _repository(service):
                pulls.append(repository)
        if pulls:
            yield _pull(owner, pulls)
        if any(plan.app.project.services[name].x_aws_exec for name in task.services):
            statement = {"Effect": "Allow", "Action": list(_EXEC), "Resource": "*"}
            yield RolePart(
                owner,
                RoleKind.TASK,
                {"exec": {"Version": "2012-10-17", "Statement": [statement]}},
                origin=("services", owner, "x-aws-exec"),
            )
    yield from notes.findings.diagnostics


def _permissions(owner: str, name: str, service: Service, notes: Notes) -> Iterator[Item]:
    """Give the role of a task the policies of one of its services."""
    path = ("services", name, "x-aws-role")
    match service.x_aws_role:
        case None | "":
            pass
        case str() as text:
            if not _ROLE.fullmatch(text):
                notes.error(
                    "role-unknown",
                    f"{text!r} is neither the ARN of a role nor a policy document",
                    path,
                )
            yield TaskPart(owner, {"TaskRoleArn": text}, path)
        case given if intrinsic(given):
            yield TaskPart(owner, {"TaskRoleArn": given}, path)
        case document:
            check(document, path, notes)
            if (size := len(canonical(document))) > LARGEST:
                notes.error(
                    "policy-size",
                    f"the policies of a role have at most {LARGEST} characters, and this one has "
                    f"{size}; use managed policies (x-aws-policies)",
                    path,
                )
            yield RolePart(owner, RoleKind.TASK, {name: _dated(document)}, origin=path)
    if service.x_aws_policies:
        yield from _managed(owner, name, service, service.x_aws_policies, notes)


def _managed(
    owner: str, name: str, service: Service, policies: tuple[Value, ...], notes: Notes
) -> Iterator[Item]:
    """Give the role of a task managed policies."""
    path = ("services", name, "x-aws-policies")
    if isinstance(service.x_aws_role, str) or intrinsic(service.x_aws_role):
        notes.error(
            "role-incomplete",
            "a role given by ARN is not changed here; attach the policies to it, or write "
            "x-aws-role as a policy document",
            path,
        )
        return
    for place, policy in enumerate(policies):
        if isinstance(policy, str) and not _POLICY.fullmatch(policy):
            notes.error(
                "policy-unknown",
                f"{policy!r} is not the ARN of a managed policy",
                (*path, place),
            )
    if len(policies) > MOST_MANAGED:
        notes.error(
            "policy-count",
            f"a role has at most {MOST_MANAGED} managed policies; put some into x-aws-role",
            path,
        )
    yield RolePart(owner, RoleKind.TASK, managed=policies, origin=path)


def _dated(document: Mapping[str, object]) -> Mapping[str, object]:
    """Give a document the version of the policy language that it does not name."""
    return {"Version": "2012-10-17", **document}


def _credentials(
    plan: Plan, owner: str, name: str, service: Service, notes: Notes
) -> Iterator[Item]:
    """Let ECS log in to the registry of an image."""
    path = ("services", name, "x-aws-pull_credentials")
    secret: Value | None = service.x_aws_pull_credentials
    if secret is None:
        return
    if secret == "":
        parameter = Parameter(
            id=plan.names.service(name, "PullCredentialsArn"),
            group="Images",
            description="ARN of the secret with which ECS logs in to the registry of the service "
            f"{name}",
            allowed_pattern=r"arn:[a-z-]+:secretsmanager:.+",
            constraint="the ARN of a secret in AWS Secrets Manager",
        )
        yield Param(parameter, path)
        secret = ref(parameter.id)
    elif isinstance(secret, str) and not _SECRET.fullmatch(secret):
        notes.error(
            "secret-unknown",
            f"{secret!r} is not the ARN of a secret; write that of the one with the user and the "
            "password of the registry (Amazon ECR needs none)",
            path,
        )
    fields = {"RepositoryCredentials": {"CredentialsParameter": secret}}
    yield ContainerPart(owner, plan.names.container(name), fields, path)
    statement = {"Effect": "Allow", "Action": ["secretsmanager:GetSecretValue"], "Resource": secret}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    yield RolePart(owner, RoleKind.EXECUTION, {f"credentials-{name}": policy}, origin=path)


def _repository(service: Service) -> Value | None:
    """Find the private ECR repository of an image: any of this account if a parameter names it."""
    if not service.image:
        return arn("ecr", "repository/*")
    if found := _ECR.fullmatch(service.image):
        place = f"{found['region']}:{found['account']}"
        return sub(f"arn:${{AWS::Partition}}:ecr:{place}:repository/{found['repository']}")
    return None


def _pull(owner: str, repositories: list[Value]) -> RolePart:
    """Allow pulling from repositories; the token alone has no resource of its own."""
    resources = [
        given for place, given in enumerate(repositories) if given not in repositories[:place]
    ]
    statements = [
        {"Effect": "Allow", "Action": ["ecr:GetAuthorizationToken"], "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": list(_PULL),
            "Resource": resources[0] if len(resources) == 1 else resources,
        },
    ]
    policy = {"Version": "2012-10-17", "Statement": statements}
    return RolePart(
        owner, RoleKind.EXECUTION, {"pull": policy}, origin=("services", owner, "image")
    )
