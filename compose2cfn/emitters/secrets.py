"""Secrets: files below /run/secrets, and variables, filled by ECS when a task starts."""

from collections.abc import Iterator
from shlex import quote

from troposphere.secretsmanager import Secret

from compose2cfn.plan.make import Plan
from compose2cfn.plan.secrets.references import Place
from compose2cfn.plan.secrets.sources import FOLDER, File, Source
from compose2cfn.plan.terms.names import INIT
from compose2cfn.stack.items import (
    ContainerPart,
    InitStep,
    Item,
    Resource,
    RoleKind,
    RolePart,
    TaskPart,
    emitter,
)
from compose2cfn.stack.objects import build
from compose2cfn.stack.tags import pairs


@emitter(
    "secrets.*.environment",
    "secrets.*.external",
    "secrets.*.file",
    "secrets.*.name",
    "secrets.*.x-aws-create",
    "secrets.*.x-aws-keys",
    "secrets.*.x-aws-name",
    "services.*.secrets[].gid",
    "services.*.secrets[].mode",
    "services.*.secrets[].source",
    "services.*.secrets[].target",
    "services.*.secrets[].uid",
    "services.*.x-aws-secrets",
)
def secrets(plan: Plan) -> Iterator[Item]:
    """Give services their secrets, without a byte of them in the template."""
    for source in plan.secrets.sources.values():
        if source.own:
            yield _secret(source)
    for file in plan.secrets.files:
        yield from _file(plan, file)
    for variable in plan.secrets.variables:
        owner = plan.tasks.owner(variable.service)
        container = plan.names.container(variable.service)
        entry = {"Name": variable.name, "ValueFrom": variable.place.value}
        yield ContainerPart(owner, container, {"Secrets": [entry]}, variable.origin)
        yield _allow(owner, variable.place)


def _secret(source: Source) -> Resource:
    """Make a secret that a parameter fills, which CloudFormation shows to nobody."""
    fields = {
        "Description": f"Compose secret {source.name}",
        "SecretString": source.value,
        "Tags": [{"Key": key, "Value": value} for key, value in pairs().items()],
    }
    return Resource(build(Secret, source.own, fields), ("secrets", source.name))


def _file(plan: Plan, file: File) -> Iterator[Item]:
    """Write a secret into a volume of the task before the service starts."""
    owner = plan.tasks.owner(file.service)
    container = plan.names.container(file.service)
    volume = plan.names.service(file.service, "Secrets")
    here = f"/compose/{container}/secrets"
    path = f"{here}/{file.target}"
    lines = [
        f"mkdir -p {quote(path.rpartition('/')[0])}",
        f"rm -f {quote(path)}",  # whatever its mode, it is written anew
        f"printf '%s' \"${file.variable}\" > {quote(path)}",
    ]
    if file.uid or file.gid:
        lines.append(f"chown {file.uid or '0'}:{file.gid or '0'} {quote(path)}")
    lines.append(f"chmod {file.mode:04o} {quote(path)}")
    yield InitStep(owner, 1, f"{file.service} {file.target}", "\n".join(lines), file.origin)
    entry = {"Name": file.variable, "ValueFrom": file.value}
    mount = {"ContainerPath": here, "SourceVolume": volume}
    yield ContainerPart(owner, INIT, {"Secrets": [entry], "MountPoints": [mount]}, file.origin)
    yield TaskPart(owner, {"Volumes": [{"Name": volume}]}, file.origin)
    point = {"ContainerPath": FOLDER, "ReadOnly": True, "SourceVolume": volume}
    yield ContainerPart(owner, container, {"MountPoints": [point]}, file.origin)
    yield _allow(owner, file.source.place)


def _allow(owner: str, place: Place) -> RolePart:
    """Let ECS read one secret for a task."""
    statement = {"Effect": "Allow", "Action": [place.action], "Resource": [place.arn]}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return RolePart(owner, RoleKind.EXECUTION, {"secrets": document}, origin=("services", owner))
