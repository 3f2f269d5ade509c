"""Refuse keys, and what only whoever deploys may say, in the files of authors who are not trusted.

Marks in `model.aws` say which ``x-aws-*`` keys are rights. Other keys of Compose that name existing
things are listed here.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from compose2cfn.diagnostics import Diagnostic, KeyPath, Steps, did_you_mean
from compose2cfn.model.app import App
from compose2cfn.model.base import HIDDEN, Model, key_of
from compose2cfn.model.functions import Function
from compose2cfn.model.keys import keys
from compose2cfn.model.marks import Right
from compose2cfn.model.project import Project
from compose2cfn.model.service import Service
from compose2cfn.plan.terms.given import FILE_SYSTEM, SECURITY_GROUP
from compose2cfn.plan.terms.values import DYNAMIC_REFERENCE
from compose2cfn.support import KeyReader

RIGHTS = "rights"
"""In place of a key: everything that only whoever deploys may say."""

_IN_STACK = frozenset({"Ref", "Fn::GetAtt"})
"""The functions that refer only to the stack itself."""
_KEPT_ARN = r"arn:[^:]*:(secretsmanager|ssm):"
"""How the ARNs of secrets and parameters begin."""


def unknown_refusal(words: Collection[str], readers: Iterable[KeyReader]) -> str:
    """Say which of these cannot be refused, and what may be meant; empty if all can be.

    ``readers`` are the emitters: keys that only they know can be refused too.
    """
    known = _refusable(readers) if words else frozenset()
    for word in words:
        if word not in known:
            hint = did_you_mean(word, known) or f"; write {RIGHTS}, or a key such as x-aws-role"
            return f"there is no key {word!r} to refuse{hint}"
    return ""


def _refusable(readers: Iterable[KeyReader]) -> frozenset[str]:
    """List what can be refused: the keys that Compose does not have, and all rights at once."""
    patterns = (*keys(), *(pattern for reader in readers for pattern in reader.reads))
    steps = (step for pattern in patterns for step in pattern.replace("[]", "").split("."))
    return frozenset({RIGHTS, *(step for step in steps if step.startswith("x-"))})


def refusals(app: App, words: Collection[str]) -> Iterator[Diagnostic]:
    """Report what the files say in these keys, or in rights."""
    if not words:
        return
    found = dict.fromkeys(_written(app.project, (), frozenset(words)), "")
    if RIGHTS in words:
        found = {**dict(_rights(app.project)), **found}
    for path, deed in found.items():
        why = f"this {deed}, which only whoever deploys may do" if deed else "this key is refused"
        at = app.place(path) or app.start
        yield Diagnostic(code="key-forbidden", message=f"{why}; leave it out", path=path, at=at)


def _written(value: object, path: Steps, words: frozenset[str]) -> Iterator[Steps]:
    """List the paths of the keys, in any part of the model."""
    for part, here in _parts(value, path):
        yield from ((*here, key) for key in part.extensions if key in words)


def _parts(value: object, path: Steps) -> Iterator[tuple[Model, Steps]]:
    """List the parts of the model below a value, each with its path."""
    match value:
        case Model():
            yield value, path
            for name, below in vars(value).items():
                if name not in HIDDEN:
                    yield from _parts(below, (*path, key_of(name)))
        case Mapping() if not isinstance(value, Function):
            for key, below in value.items():
                yield from _parts(below, (*path, str(key)))
        case tuple():
            for number, below in enumerate(value):
                yield from _parts(below, (*path, number))


def _rights(project: Project) -> Iterator[tuple[Steps, str]]:
    """List the paths of what only whoever deploys may say, each with what it does."""
    for part, path in _parts(project, ()):
        for name, field in type(part).model_fields.items():
            value, here = vars(part)[name], (*path, key_of(name))
            right = next((mark for mark in field.metadata if isinstance(mark, Right)), None)
            if right and right.gives(value, project.services):
                yield here, right.deed
            elif name not in HIDDEN and not isinstance(value, Model):
                yield from _reaching(value, here)
    yield from _existing(project)


def _reaching(value: object, path: Steps) -> Iterator[tuple[Steps, str]]:
    """Report values that reach beyond the stack: functions that do, and references to secrets."""
    match value:
        case str() if DYNAMIC_REFERENCE in value:
            yield path, "reads an existing secret or parameter"
        case Function() if value.keys() <= _IN_STACK:
            pass
        case Function():
            yield path, "has a function that can reach beyond the stack (Ref and Fn::GetAtt cannot)"
        case Model():
            pass
        case Mapping():
            for key, below in value.items():
                yield from _reaching(below, (*path, str(key)))
        case tuple():
            for number, below in enumerate(value):
                yield from _reaching(below, (*path, number))


OTHER_RIGHTS = {
    "networks.*.name": "uses an existing security group",
    "secrets.*.name": "reads an existing secret",
    "services.*.deploy.placement.constraints": "starts EC2 instances from an existing image",
    "services.*.logging.options.*": "reads an existing secret",
    "services.*.logging.options.awslogs-group": "writes to an existing log group",
    "volumes.*.driver_opts.kms_key_id": "uses an existing key",
    "volumes.*.name": "mounts an existing file system",
}
"""Keys of Compose that are rights if they name something that exists, and what they do."""


def _existing(project: Project) -> Iterator[tuple[Steps, str]]:
    """List the paths of keys of Compose that name what exists, each with what it does."""
    for name, network in project.networks.items():
        if network.external and SECURITY_GROUP.find(network.name):
            yield ("networks", name, "name"), OTHER_RIGHTS["networks.*.name"]
    for name, volume in project.volumes.items():
        if volume.external and FILE_SYSTEM.find(volume.name):
            yield ("volumes", name, "name"), OTHER_RIGHTS["volumes.*.name"]
        if volume.driver_opts.get("kms_key_id"):
            here = ("volumes", name, "driver_opts", "kms_key_id")
            yield here, OTHER_RIGHTS["volumes.*.driver_opts.kms_key_id"]
    for name, secret in project.secrets.items():
        if secret.external and (re.match(_KEPT_ARN, secret.name) or secret.name.startswith("/")):
            yield ("secrets", name, "name"), OTHER_RIGHTS["secrets.*.name"]
    for name, service in project.services.items():
        yield from _of_service(service, KeyPath(("services", name)))


def _of_service(service: Service, path: KeyPath) -> Iterator[tuple[Steps, str]]:
    """List the same of a service."""
    for key, value in service.logging.options.items() if service.logging else ():
        here = path / "logging" / "options" / key
        if key == "awslogs-group":
            yield here, OTHER_RIGHTS["services.*.logging.options.awslogs-group"]
        elif re.match(_KEPT_ARN, value):
            yield here, OTHER_RIGHTS["services.*.logging.options.*"]
    placement = service.deploy.placement if service.deploy else None
    for number, constraint in enumerate(placement.constraints if placement else ()):
        if re.match(r"\s*node\.ami\b", constraint):
            place = path / "deploy" / "placement" / "constraints" / number
            yield place, OTHER_RIGHTS["services.*.deploy.placement.constraints"]
