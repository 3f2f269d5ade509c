"""Configs, delivered bind mounts and anonymous volumes: directories that a starting task fills."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from posixpath import dirname, normpath, relpath
from shlex import quote

from compose2cfn.plan.files import DeliveredDirectory, DeliveredFile, FilesContainer, HostFolder
from compose2cfn.plan.make import Plan
from compose2cfn.plan.storage import Seed
from compose2cfn.plan.terms.names import INIT, digest
from compose2cfn.stack.items import ContainerPart, InitStep, Item, Stage, TaskPart, emitter

# Contents come in variables and paths in quotes, so that neither is read as shell. A link among the
# image's files could lead a file out of the volume, where it would be lost; so links fail.
FUNCTIONS: Mapping[str, str] = {
    "file": r"""
file() {
  rm -f "$1"
  printf %s "$2" | base64 -d > "$1"
  if [ $# -gt 3 ]; then chown "$4" "$1"; fi
  chmod "$3" "$1"
}
""".strip(),
    "folder": r"""
folder() {
  if [ -L "$1" ]; then echo "$1 is a link, and files cannot be put behind it" >&2; exit 1; fi
  mkdir -p "$1"
}
""".strip(),
    # As in Docker, a directory that the image does not have starts empty.
    "seed": r"""
seed() {
  rm -rf "${2:?}"/* "$2"/.[!.]* "$2"/..?*
  if [ -d "$1" ]; then cp -a "$1/." "$2/"; fi
}
""".strip(),
    # As Docker does once, as long as the volume is empty. What is there without the mark is
    # somebody else's; what a task began and did not finish is begun again.
    "populate": r"""
populate() {
  if [ -e "$3/done" ] || [ ! -d "$1" ] || [ -z "$(ls -A "$1")" ]; then return; fi
  waited=0
  until mkdir "$3/busy" 2>/dev/null || [ "$waited" -ge 100 ]; do
    if [ -e "$3/done" ]; then return; fi
    waited=$((waited + 1))
    sleep 1
  done
  if [ -e "$3/begun" ] || [ -z "$(ls -A "$2")" ]; then
    : > "$3/begun"
    cp "$4" "$1/." "$2/"
  fi
  : > "$3/done"
  rmdir "$3/busy"
}
""".strip(),
}
"""Functions for the scripts: write a file, make a directory, copy one of the image, once or always.
"""


@emitter(
    "configs.*.content",
    "configs.*.environment",
    "configs.*.external",
    "configs.*.file",
    "configs.*.x-aws-delivery",
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
    """Bring the files of a project into the containers that mount them, and anonymous volumes."""
    for service, delivery in sorted(plan.deliveries.items()):
        for directory in delivery.directories:
            yield from _mounted(plan, directory)
            if directory.filled and not directory.seeded:
                yield from _step(plan, directory)
        for folder in delivery.host_folders:
            yield from _hosted(plan, service, folder)
        if delivery.files_container:
            yield from _files_container(plan, service, delivery.files_container)


def _hosted(plan: Plan, service: str, folder: HostFolder) -> Iterator[Item]:
    """Mount a folder of the EC2 instance that the task runs on."""
    host = {"Name": folder.volume, "Host": {"SourcePath": folder.source}}
    yield TaskPart(service, {"Volumes": [host]}, folder.origin)
    point = {
        "ContainerPath": folder.target,
        "ReadOnly": folder.read_only,
        "SourceVolume": folder.volume,
    }
    container = plan.names.container(service)
    yield ContainerPart(service, container, {"MountPoints": [point]}, folder.origin)


def _mounted(plan: Plan, directory: DeliveredDirectory) -> Iterator[Item]:
    """Mount a directory in the container of its service."""
    service, origin = directory.service, directory.origin
    volume = _volume(plan, directory)
    yield TaskPart(service, {"Volumes": [{"Name": volume}]}, origin)
    point = {
        "ContainerPath": directory.path,
        "ReadOnly": directory.read_only,
        "SourceVolume": volume,
    }
    yield ContainerPart(service, plan.names.container(service), {"MountPoints": [point]}, origin)


def _step(plan: Plan, directory: DeliveredDirectory) -> Iterator[Item]:
    """Let the init container fill a directory that gets nothing from the image."""
    service, origin = directory.service, directory.origin
    script = list(_script(directory))
    for function in _functions(script):
        yield InitStep(service, Stage.FUNCTIONS, "", function, origin)
    name = f"{service} {directory.path}"
    yield InitStep(service, Stage.FILES, name, "\n".join(script), origin)
    yield ContainerPart(service, INIT, _needs(plan, directory), origin)


def _files_container(plan: Plan, service: str, container: FilesContainer) -> Iterator[Item]:
    """Let a container of the service's own image copy its files first, and write over them."""
    script = [line for directory in container.directories for line in _script(directory)]
    script += [_populated(service, seed) for seed in container.seeds]
    for directory in container.directories:
        yield ContainerPart(service, container.name, _needs(plan, directory), directory.origin)
    for seed in container.seeds:
        needs: dict[str, object] = _mounted_seed(service, seed)
        yield ContainerPart(service, container.name, needs, seed.origin)
    fields: dict[str, object] = {
        "Image": plan.containers.definitions[service].image,
        "Essential": container.essential,
        "User": container.user,
        "EntryPoint": list(container.entry_point),
        "Command": ["\n".join(["set -eu", *_functions(script), *script]) + "\n"],
    }
    if (secret := plan.roles.services[service].pull_credentials) is not None:
        fields["RepositoryCredentials"] = {"CredentialsParameter": secret.value}
    yield ContainerPart(service, container.name, fields, container.origin)
    needs = {"DependsOn": [{"ContainerName": container.name, "Condition": "SUCCESS"}]}
    yield ContainerPart(service, plan.names.container(service), needs, container.origin)


def _populated(service: str, seed: Seed) -> str:
    """Fill a new volume with what the image has; files that belong to one user keep no owner."""
    how = "-R" if seed.data.user else "-a"
    here = _seed_at(service, seed)
    return f"populate {quote(seed.target)} {here}/data {here}/mark {how}"


def _mounted_seed(service: str, seed: Seed) -> dict[str, object]:
    """Mount a volume, and the directory of its mark, where they are filled."""
    here = _seed_at(service, seed)
    ways = {f"{here}/data": seed.data, f"{here}/mark": seed.mark}
    return {
        "MountPoints": [
            {"ContainerPath": path, "SourceVolume": point.task_volume}
            for path, point in ways.items()
        ]
    }


def _seed_at(service: str, seed: Seed) -> str:
    return f"/compose/{service}/{digest(seed.target)}"


def _functions(script: Iterable[str]) -> list[str]:
    """List the functions that a script calls."""
    called = {line.partition(" ")[0] for line in script}
    return [text for name, text in FUNCTIONS.items() if name in called]


def _script(directory: DeliveredDirectory) -> Iterator[str]:
    """Fill a directory where its volume is mounted while the task is prepared."""
    here = _here(directory)
    known = {here}
    for layer in directory.layers:
        place = _moved(layer.path, directory)
        if place != here:
            yield from _made(dirname(place), known)
            yield f"rm -rf {quote(place)}"
            yield f"mkdir {quote(place)}"
            known.add(place)
        if layer.copied:
            yield f"seed {quote(layer.path)} {quote(place)}"
    for file in directory.files:
        place = _moved(file.target, directory)
        yield from _made(dirname(place), known)
        owner = f" {file.owner}" if file.owner else ""
        yield f'file {quote(place)} "${_variable(file)}" {file.mode:04o}{owner}'
    for target in directory.holds:
        yield from _made(_moved(target, directory), known)


def _made(path: str, known: set[str]) -> Iterator[str]:
    """Make the directories down to a path that may not exist yet, the outer ones first."""
    missing = []
    while path not in known:
        known.add(path)
        missing.append(path)
        path = dirname(path)
    for each in reversed(missing):
        yield f"folder {quote(each)}"


def _needs(plan: Plan, directory: DeliveredDirectory) -> dict[str, object]:
    """List what the container that fills a directory needs: the contents and the volume."""
    mount = {"ContainerPath": _here(directory), "SourceVolume": _volume(plan, directory)}
    needs: dict[str, object] = {"MountPoints": [mount]}
    if directory.files:
        needs["Environment"] = [
            {"Name": _variable(file), "Value": b64encode(file.content).decode()}
            for file in directory.files
        ]
    return needs


def _here(directory: DeliveredDirectory) -> str:
    """Say where the volume of a directory is mounted while it is filled."""
    return f"/compose/{directory.service}/{digest(directory.path)}"


def _moved(path: str, directory: DeliveredDirectory) -> str:
    """Say where a path of the container is while its directory is filled."""
    return normpath(f"{_here(directory)}/{relpath(normpath(path), directory.path)}")


def _volume(plan: Plan, directory: DeliveredDirectory) -> str:
    return plan.names.service(directory.service, f"Files{digest(directory.path)}")


def _variable(file: DeliveredFile) -> str:
    """Name the variable that carries a file by what it is, not by its place in a list."""
    return f"FILE_{digest(f'{file.service}:{file.target}').upper()}"
