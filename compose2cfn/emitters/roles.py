"""What the code in the containers may do, and how ECS gets their images."""

from collections.abc import Iterator, Mapping, Sequence

from compose2cfn.plan.make import Plan
from compose2cfn.plan.permissions import ServicePermissions
from compose2cfn.plan.secrets import SecretReference
from compose2cfn.plan.terms.names import LOG_GROUP
from compose2cfn.plan.terms.values import Value, attribute
from compose2cfn.stack.items import ContainerPart, Item, RoleKind, RolePart, TaskPart, emitter
from compose2cfn.stack.policies import allow, document, statement

# Nothing tells a repository from one of a pull-through cache, which needs BatchImportUpstreamImage.
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
_PULL = (
    *("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:BatchImportUpstreamImage"),
    "ecr:GetDownloadUrlForLayer",
)

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
_EXEC = (
    *("ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel"),
    *("ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
)

_EXEC_LOGS = ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")


@emitter(
    "services.*.image",
    "services.*.x-aws-create_repository",
    "services.*.x-aws-exec",
    "services.*.x-aws-policies",
    "services.*.x-aws-pull_credentials",
    "services.*.x-aws-role",
)
def roles(plan: Plan) -> Iterator[Item]:
    """Allow each task what its services say, and ECS to pull their images."""
    for service, permissions in plan.roles.services.items():
        yield from _role(service, permissions)
        if permissions.pull_credentials is not None:
            yield from _credentials(plan, service, permissions.pull_credentials)
    for owner, repositories in plan.roles.repositories.items():
        yield _pull(owner, repositories, plan.roles.created_repositories.get(owner, ()))
    for owner in sorted(plan.roles.exec_tasks):
        policies = {"exec": document(*_exec(plan))}
        origin = ("services", owner, "x-aws-exec")
        yield RolePart(owner, RoleKind.TASK, policies, origin=origin)


def _exec(plan: Plan) -> Iterator[Mapping[str, object]]:
    """Allow sessions of ECS Exec, and to write down what is done in them."""
    yield statement(_EXEC, "*")
    if plan.logs.exec_sessions:
        yield statement(_EXEC_LOGS, attribute(LOG_GROUP, "Arn"))
        yield statement(["logs:DescribeLogGroups"], "*")  # there is no single log group


def _role(service: str, permissions: ServicePermissions) -> Iterator[Item]:
    """Give a task its role, or the role of the task its policies."""
    origin = permissions.origin / "x-aws-role"
    if permissions.role is not None:
        yield TaskPart(service, {RoleKind.TASK.field: permissions.role}, origin)
    if permissions.policy is not None:
        yield RolePart(service, RoleKind.TASK, {service: permissions.policy}, origin=origin)
    if managed := permissions.managed_policies:
        origin = permissions.origin / "x-aws-policies"
        yield RolePart(service, RoleKind.TASK, managed=managed, origin=origin)


def _credentials(plan: Plan, service: str, secret: SecretReference) -> Iterator[Item]:
    """Let ECS log in to the registry of an image."""
    origin = ("services", service, "x-aws-pull_credentials")
    fields = {"RepositoryCredentials": {"CredentialsParameter": secret.value}}
    yield ContainerPart(service, plan.names.container(service), fields, origin)
    policies = {f"credentials-{service}": allow([secret.action], secret.arn)}
    yield RolePart(service, RoleKind.EXECUTION, policies, origin=origin)


def _pull(owner: str, repositories: Sequence[Value], created: Sequence[Value]) -> RolePart:
    """Allow pulling from repositories, and creating some; only the token has no resource."""
    statements = [
        statement(["ecr:GetAuthorizationToken"], "*"),
        statement(_PULL, _one_or_all(repositories)),
    ]
    if created:
        statements.append(statement(["ecr:CreateRepository"], _one_or_all(created)))
    policies = {"pull": document(*statements)}
    return RolePart(owner, RoleKind.EXECUTION, policies, origin=("services", owner, "image"))


def _one_or_all(resources: Sequence[Value]) -> object:
    """Write one resource alone, and several as a list."""
    return resources[0] if len(resources) == 1 else list(resources)
