"""Configs, delivered bind mounts and scratch: directories that are filled as a task starts."""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from posixpath import dirname, normpath, relpath
from shlex import quote

from compose2cfn.diagnostics import Diagnostic
from compose2cfn.plan.files.delivered import Brought
from compose2cfn.plan.files.directories import Folder
from compose2cfn.plan.make import Plan
from compose2cfn.plan.terms.names import INIT
from compose2cfn.plan.terms.values import ref
from compose2cfn.stack.items import ContainerPart, InitStep, Item, TaskPart, emitter

# Contents come in variables and paths in quotes, so that neither is read as shell. A link in what
# the image has could lead a file out of the volume, where it would be lost: so that fails.
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
    # As Docker does: a directory that the image does not have begins empty.
    "seed": r"""
seed() {
  rm -rf "${2:?}"/* "$2"/.[!.]* "$2"/..?*
  if [ -d "$1" ]; then cp -a "$1/." "$2/"; fi
}
""".strip(),
}
"""What the scripts call: to write a file, to make a directory, to copy one of the image."""


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
    """Bring the files of a project into the containers that mount them, and give them scratch."""
    for service, folders in sorted(plan.deliveries.items()):
        windows = plan.compute.tasks[plan.tasks.owner(service)].platform.windows
        for folder in folders:
            yield from _mounted(plan, folder)
            if folder.filled and windows:
                yield _no_windows(folder)
            elif folder.filled and not folder.seeded:
                yield from _step(plan, folder)
        if seeded := [folder for folder in folders if folder.seeded and not windows]:
            yield from _seeder(plan, service, seeded)


def _mounted(plan: Plan, folder: Folder) -> Iterator[Item]:
    """Mount a folder in the container of its service."""
    owner = plan.tasks.owner(folder.service)
    volume = _volume(plan, folder)
    yield TaskPart(owner, {"Volumes": [{"Name": volume}]}, folder.origin)
    point = {"ContainerPath": folder.path, "ReadOnly": folder.read_only, "SourceVolume": volume}
    container = plan.names.container(folder.service)
    yield ContainerPart(owner, container, {"MountPoints": [point]}, folder.origin)


def _no_windows(folder: Folder) -> Diagnostic:
    return Diagnostic(
        code="init-windows",
        message="what brings files into a task before its services start needs Linux; put them "
        "into the image, or run the service on linux/amd64",
        path=folder.origin,
    )


def _step(plan: Plan, folder: Folder) -> Iterator[Item]:
    """Let the init container fill a folder that the image has no part in."""
    owner = plan.tasks.owner(folder.service)
    script = list(_script(folder))
    for function in _functions(script):
        yield InitStep(owner, 2, "", function, folder.origin)
    name = f"{folder.service} {folder.path}"
    yield InitStep(owner, 3, name, "\n".join(script), folder.origin)
    yield ContainerPart(owner, INIT, _needs(plan, folder), folder.origin)


def _seeder(plan: Plan, service: str, folders: list[Folder]) -> Iterator[Item]:
    """Let a container of the service's own image copy its files first, and write over them."""
    owner = plan.tasks.owner(service)
    container = plan.names.container(service)
    seeder = f"{container}-files"
    said = plan.app.project.services[service]
    if taken := [n for n in plan.tasks[owner].services if plan.names.container(n) == seeder]:
        yield Diagnostic(
            code="container-name",
            message=f"its container would be named {seeder!r}, as is that which brings files to "
            f"{service!r}; give it another name",
            path=("services", taken[0]),
        )
        return
    script = [line for folder in folders for line in _script(folder)]
    for folder in folders:
        yield ContainerPart(owner, seeder, _needs(plan, folder), folder.origin)
    fields: dict[str, object] = {
        "Image": said.image or ref(plan.names.service(service, "Image")),
        "Essential": False,
        "User": "0",
        "EntryPoint": ["sh", "-c"],
        "Command": ["\n".join(["set -eu", *_functions(script), *script]) + "\n"],
    }
    if (credentials := said.x_aws_pull_credentials) is not None:
        asked = ref(plan.names.service(service, "PullCredentialsArn"))
        fields["RepositoryCredentials"] = {"CredentialsParameter": credentials or asked}
    yield ContainerPart(owner, seeder, fields, folders[0].origin)
    needs = {"DependsOn": [{"ContainerName": seeder, "Condition": "SUCCESS"}]}
    yield ContainerPart(owner, container, needs, folders[0].origin)


def _functions(script: Iterable[str]) -> list[str]:
    """List the functions that a script calls."""
    called = {line.partition(" ")[0] for line in script}
    return [text for name, text in FUNCTIONS.items() if name in called]


def _script(folder: Folder) -> Iterator[str]:
    """Fill a folder where its volume stands for that."""
    here = _here(folder)
    known = {here}
    for layer in folder.layers:
        place = _moved(layer.path, folder)
        if place != here:
            yield from _folders(dirname(place), known)
            yield f"rm -rf {quote(place)}"
            yield f"mkdir {quote(place)}"
            known.add(place)
        if layer.copied:
            yield f"seed {quote(layer.path)} {quote(place)}"
    for file in folder.files:
        place = _moved(file.target, folder)
        yield from _folders(dirname(place), known)
        owner = f" {file.uid or '0'}:{file.gid or '0'}" if file.uid or file.gid else ""
        yield f'file {quote(place)} "${_variable(file)}" {file.mode:04o}{owner}'
    for target in folder.holds:
        yield from _folders(_moved(target, folder), known)


def _folders(path: str, known: set[str]) -> Iterator[str]:
    """Make the directories down to a path that are not known to be there, the outer ones first."""
    if path in known:
        return
    known.add(path)
    yield from _folders(dirname(path), known)
    yield f"folder {quote(path)}"


def _needs(plan: Plan, folder: Folder) -> dict[str, object]:
    """List what the container that fills a folder needs: the contents and the volume."""
    contents = [
        {"Name": _variable(file), "Value": b64encode(file.content).decode()}
        for file in folder.files
    ]
    mount = {"ContainerPath": _here(folder), "SourceVolume": _volume(plan, folder)}
    return (
        {"Environment": contents, "MountPoints": [mount]} if contents else {"MountPoints": [mount]}
    )


def _here(folder: Folder) -> str:
    """Say where the volume of a folder stands while it is filled."""
    return f"/compose/{folder.service}/{_mark(folder.path)}"


def _moved(path: str, folder: Folder) -> str:
    return normpath(f"{_here(folder)}/{relpath(normpath(path), folder.path)}")


def _volume(plan: Plan, folder: Folder) -> str:
    return plan.names.service(folder.service, f"Files{_mark(folder.path)}")


def _variable(file: Brought) -> str:
    """Name the variable that carries a file, by what it is and not by its place in a list."""
    return f"FILE_{_mark(f'{file.service}:{file.target}').upper()}"


def _mark(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]
