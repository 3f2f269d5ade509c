"""Configs and delivered bind mounts: files of the project in the containers of a task."""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from posixpath import dirname, normpath
from shlex import quote

from compose2cfn.plan.binds import Brought
from compose2cfn.plan.delivery import Folder
from compose2cfn.plan.make import Plan
from compose2cfn.plan.names import INIT
from compose2cfn.plan.values import ref
from compose2cfn.stack.items import ContainerPart, InitStep, Item, TaskPart, emitter


@emitter(
    "configs.*.content",
    "configs.*.environment",
    "configs.*.external",
    "configs.*.file",
    "configs.*.name",
    "configs.*.x-aws-delivery",
    "configs.*.x-aws-name",
    "services.*.configs[].gid",
    "services.*.configs[].mode",
    "services.*.configs[].source",
    "services.*.configs[].target",
    "services.*.configs[].uid",
    "services.*.x-aws-bind_mounts",
    "services.*.x-aws-delivery",
    "x-aws-bind_mounts",
)
def configs(plan: Plan) -> Iterator[Item]:
    """Bring the files of a project into the containers that mount them."""
    for service, folders in sorted(plan.deliveries.items()):
        for folder in folders:
            yield from _folder(plan, folder)
        if any(folder.seeded for folder in folders):
            yield from _seeder(plan, service, [folder for folder in folders if folder.seeded])


def _folder(plan: Plan, folder: Folder) -> Iterator[Item]:
    """Mount a folder, and let the init container fill one that the image has no part in."""
    owner = plan.groups.owners[folder.service]
    container = plan.names.container(folder.service)
    volume = _volume(plan, folder)
    yield TaskPart(owner, {"Volumes": [{"Name": volume}]}, folder.origin)
    point = {"ContainerPath": folder.path, "ReadOnly": False, "SourceVolume": volume}
    yield ContainerPart(owner, container, {"MountPoints": [point]}, folder.origin)
    if folder.seeded:
        return
    here = _here(folder)
    script = "\n".join(_writes(folder, here))
    yield InitStep(owner, 2, f"{folder.service} {folder.path}", script, folder.origin)
    yield ContainerPart(owner, INIT, _needs(folder, here, volume), folder.origin)


def _seeder(plan: Plan, service: str, folders: list[Folder]) -> Iterator[Item]:
    """Let a container of the service's own image copy its files first, and write over them."""
    owner = plan.groups.owners[service]
    container = plan.names.container(service)
    seeder = f"{container}-files"
    said = plan.app.project.services[service]
    origin = folders[0].origin
    script = ["set -eu"]
    for folder in folders:
        here = _here(folder)
        script.append(
            f"if [ -d {quote(folder.path)} ]; then cp -a {quote(folder.path)}/. {quote(here)}/; fi"
        )
        script += _writes(folder, here)
        yield ContainerPart(
            owner, seeder, _needs(folder, here, _volume(plan, folder)), folder.origin
        )
    fields: dict[str, object] = {
        "Image": said.image or ref(plan.names.service(service, "Image")),
        "Essential": False,
        "User": "0",
        "EntryPoint": ["sh", "-c"],
        "Command": ["\n".join(script) + "\n"],
    }
    if said.x_aws_pull_credentials:
        fields["RepositoryCredentials"] = {"CredentialsParameter": said.x_aws_pull_credentials}
    yield ContainerPart(owner, seeder, fields, origin)
    needs = {"DependsOn": [{"ContainerName": seeder, "Condition": "SUCCESS"}]}
    yield ContainerPart(owner, container, needs, origin)


def _writes(folder: Folder, here: str) -> Iterator[str]:
    """Write the files of a folder where it is mounted for that."""
    for path in folder.cleared:
        yield f"rm -rf {quote(_moved(path, folder, here))}"
    for file in folder.files:
        path = quote(_moved(file.target, folder, here))
        yield f"mkdir -p {quote(dirname(_moved(file.target, folder, here)))}"
        yield f"rm -f {path}"
        yield f'printf %s "${_variable(file)}" | base64 -d > {path}'
        yield f"chmod {file.mode:04o} {path}"
        if file.uid or file.gid:
            yield f"chown {file.uid or '0'}:{file.gid or '0'} {path}"


def _needs(folder: Folder, here: str, volume: str) -> dict[str, object]:
    """List what the container that writes a folder needs: the contents and the volume."""
    return {
        "Environment": [
            {"Name": _variable(file), "Value": b64encode(file.content).decode()}
            for file in folder.files
        ],
        "MountPoints": [{"ContainerPath": here, "SourceVolume": volume}],
    }


def _here(folder: Folder) -> str:
    """Say where the volume of a folder stands while it is filled."""
    return f"/compose/{folder.service}/{_mark(folder.path)}"


def _moved(path: str, folder: Folder, here: str) -> str:
    return here + normpath(path)[len(normpath(folder.path)) :]


def _volume(plan: Plan, folder: Folder) -> str:
    return plan.names.service(folder.service, f"Files{_mark(folder.path)}")


def _variable(file: Brought) -> str:
    """Name the variable that carries a file, by what it is and not by its place in a list."""
    return f"FILE_{_mark(f'{file.service}:{file.target}').upper()}"


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]
