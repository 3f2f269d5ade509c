"""Secrets: files below /run/secrets, and variables, filled by ECS when a task starts."""

from collections.abc import Iterator
from shlex import quote

from troposphere.secretsmanager import Secret

from compose2cfn.plan.make import Plan
from compose2cfn.plan.secrets import (
    SECRETS_DIRECTORY,
    SecretFile,
    SecretReference,
    SecretVariable,
    StoredSecret,
)
from compose2cfn.plan.terms.names import INIT
from compose2cfn.stack.items import (
    ContainerPart,
    InitStep,
    Item,
    RoleKind,
    RolePart,
    Stage,
    TaskPart,
    emitter,
)
from compose2cfn.stack.objects import resource
from compose2cfn.stack.policies import allow
from compose2cfn.stack.tags import tags


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
    for stored in plan.secrets.stored.values():
        if stored.logical:
            yield _secret(stored)
    for file in plan.secrets.files:
        yield from _file(plan, file)
    for variable in plan.secrets.variables:
        yield from _variable(plan, variable)


def _secret(stored: StoredSecret) -> Item:
    """Make a secret that a parameter fills, which CloudFormation never shows."""
    fields = {
        "Description": f"Compose secret {stored.name}",
        "SecretString": stored.value,
        "Tags": tags(),
    }
    return resource(Secret, stored.logical, fields, ("secrets", stored.name))


def _file(plan: Plan, file: SecretFile) -> Iterator[Item]:
    """Write a secret into a volume of the task before the service starts."""
    container = plan.names.container(file.service)
    volume = plan.names.service(file.service, "Secrets")
    here = f"/compose/{container}/secrets"
    name = f"{file.service} {file.target}"
    yield InitStep(file.service, Stage.SECRETS, name, _script(file, here), file.origin)
    entry = {"Name": file.variable, "ValueFrom": file.value}
    mount = {"ContainerPath": here, "SourceVolume": volume}
    init = {"Secrets": [entry], "MountPoints": [mount]}
    yield ContainerPart(file.service, INIT, init, file.origin)
    yield TaskPart(file.service, {"Volumes": [{"Name": volume}]}, file.origin)
    point = {"ContainerPath": SECRETS_DIRECTORY, "ReadOnly": True, "SourceVolume": volume}
    yield ContainerPart(file.service, container, {"MountPoints": [point]}, file.origin)
    yield _allow(file.service, file.stored.reference)


def _script(file: SecretFile, directory: str) -> str:
    """Write the shell that puts a secret into a file below a directory."""
    path = quote(f"{directory}/{file.target}")
    above = quote(f"{directory}/{file.target}".rpartition("/")[0])
    lines = [
        f"mkdir -p {above}",
        f"rm -f {path}",  # it is written anew, with any mode
        f"printf '%s' \"${file.variable}\" > {path}",
    ]
    if file.owner:
        lines.append(f"chown {file.owner} {path}")
    lines.append(f"chmod {file.mode:04o} {path}")
    return "\n".join(lines)


def _variable(plan: Plan, variable: SecretVariable) -> Iterator[Item]:
    """Let ECS fill a variable of a container."""
    container = plan.names.container(variable.service)
    entry = {"Name": variable.name, "ValueFrom": variable.reference.value}
    yield ContainerPart(variable.service, container, {"Secrets": [entry]}, variable.origin)
    yield _allow(variable.service, variable.reference)


def _allow(service: str, kept: SecretReference) -> RolePart:
    """Let ECS read one secret for the task of a service."""
    document = allow([kept.action], [kept.arn])
    origin = ("services", service)
    return RolePart(service, RoleKind.EXECUTION, {"secrets": document}, origin=origin)
