"""Decide how secrets reach containers; no byte of one is ever read."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from posixpath import basename

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.app import App
from compose2cfn.model.mount import FileReference
from compose2cfn.model.project import Secret
from compose2cfn.plan.literals import report_literals
from compose2cfn.plan.names import Names, stem
from compose2cfn.plan.notes import Notes
from compose2cfn.plan.selectors import Selected, select
from compose2cfn.plan.values import Parameter, Value, join, ref

FOLDER = "/run/secrets"
DEFAULT_MODE = 0o444
MANAGER = "secretsmanager"
STORE = "ssm"

_KEY_ARN = re.compile(r"arn:[^:]+:kms:[^:]+:\d{12}:key/[\w-]+")
_KEY = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a secret stands."""

    name: str
    arn: Value
    stores: tuple[str, ...]
    """The AWS services that may hold it: Secrets Manager, Parameter Store."""
    key: Value | None
    """The key of AWS KMS that it is encrypted with, if that is not the account's own."""
    own: str = ""
    """Its logical id, if it is the stack's own."""
    value: Value = ""
    """The parameter that fills one of the stack's own."""


@dataclass(frozen=True, slots=True)
class File:
    """A secret, or one key of it, as a file of a service."""

    service: str
    target: str
    variable: str
    """The variable in which the init container gets it."""
    value: Value
    source: Source
    mode: int
    uid: str
    gid: str
    origin: KeyPath


@dataclass(frozen=True, slots=True)
class Variable:
    """A secret in a variable of a container."""

    service: str
    name: str
    value: Value
    source: Source
    origin: KeyPath


@dataclass(frozen=True, slots=True)
class Secrets:
    """All secrets of a project."""

    sources: Mapping[str, Source]
    files: tuple[File, ...]
    variables: tuple[Variable, ...]


def secrets(app: App, names: Names, notes: Notes) -> Secrets:
    """Decide on every secret that a service uses."""
    used = sorted({r.source for s in app.project.services.values() for r in s.secrets})
    sources = {name: _source(name, app.project.secrets[name], names, notes) for name in used}
    keys = {name: tuple(_keys(name, app.project.secrets[name], notes)) for name in used}
    for name in used:
        if keys[name] and sources[name].stores == (STORE,):
            notes.error(
                "secret-key",
                "a parameter of Parameter Store has no keys; take x-aws-keys out",
                ("secrets", name, "x-aws-keys"),
            )
    files: list[File] = []
    variables: list[Variable] = []
    for service, said in app.project.services.items():
        seen: dict[str, str] = {}
        for index, reference in enumerate(said.secrets):
            path: KeyPath = ("services", service, "secrets", index)
            source = sources[reference.source]
            for file in _files(names, service, reference, source, keys[source.name], path, notes):
                _report_taken(file, seen, notes)
                files.append(file)
        for name, value in sorted((said.x_aws_secrets or {}).items()):
            path = ("services", service, "x-aws-secrets", name)
            variables.append(_variable(names, service, name, value, path, notes))
        report_literals(app, service, notes)
    return Secrets(sources, tuple(files), tuple(variables))


def _source(name: str, secret: Secret, names: Names, notes: Notes) -> Source:
    """Find out where a secret stands."""
    path: KeyPath = ("secrets", name)
    key = _encryption(name, secret, names, notes)
    if secret.x_aws_create:
        if secret.external:
            notes.error(
                "contradiction",
                "an external secret exists already; take external or x-aws-create out",
                (*path, "x-aws-create"),
            )
        value = notes.ask(
            Parameter(
                id=names.secret(name, "SecretValue"),
                group="Secrets",
                description=f"Value of the secret {name}",
                no_echo=True,
                min_length=1,
            )
        )
        return Source(name, ref(names.secret(name)), (MANAGER,), key, names.secret(name), value)
    if secret.external and secret.name.startswith("arn:"):
        found = select(secret.name)
        if found.key or not found.stores:
            notes.error("secret-arn", _WHOLE_ARN, (*path, "name"))
        return Source(name, secret.name, found.stores or (MANAGER,), key)
    id_ = names.secret(name, "SecretArn")
    stores = (MANAGER,) if secret.x_aws_keys else (MANAGER, STORE)
    asked = notes.ask(_asked(id_, f"ARN of the secret {name}", stores))
    notes.info("secret-asked", _advice(name, secret, id_), path)
    return Source(name, asked, stores, key)


_WHOLE_ARN = (
    "write the whole ARN of a secret, with the six characters that AWS puts behind its name, or of "
    "a parameter; keys of it go into x-aws-keys"
)


def _advice(name: str, secret: Secret, parameter: str) -> str:
    """Say how a secret that is not in the stack gets there."""
    if secret.external:
        return (
            "the name of an external secret is its ARN; it becomes the template parameter "
            f"{parameter} here"
        )
    given = f"file://{basename(secret.file)}" if secret.file else '"$' + secret.environment + '"'
    return (
        "no secret is read here: make it once (aws secretsmanager create-secret --name "
        f"{name} --secret-string {given}) and give its ARN as the template parameter {parameter}, "
        "or write x-aws-create: true to have it made in the stack"
    )


def _asked(id_: str, what: str, stores: tuple[str, ...]) -> Parameter:
    """Ask for the ARN of a secret."""
    patterns = {
        MANAGER: "secretsmanager:[^:]+:[0-9]+:secret:[^:]+-[A-Za-z0-9]{6}",
        STORE: "ssm:[^:]+:[0-9]+:parameter/.+",
    }
    return Parameter(
        id=id_,
        group="Secrets",
        description=f"{what} in AWS Secrets Manager"
        + (" or Parameter Store" if STORE in stores else ""),
        allowed_pattern=f"arn:[^:]+:({'|'.join(patterns[store] for store in stores)})",
        constraint="the whole ARN of a secret" + (" or parameter" if STORE in stores else ""),
    )


def _encryption(name: str, secret: Secret, names: Names, notes: Notes) -> Value | None:
    """Find the key that a secret is encrypted with."""
    match secret.x_aws_kms_key:
        case None:
            return None
        case "":
            return notes.ask(
                Parameter(
                    id=names.secret(name, "SecretKeyArn"),
                    group="Secrets",
                    description=f"ARN of the KMS key of the secret {name}",
                    allowed_pattern="arn:[^:]+:kms:[^:]+:[0-9]+:key/.+",
                    constraint="the ARN of a key",
                )
            )
        case str() as text if not _KEY_ARN.fullmatch(text):
            notes.error(
                "secret-kms",
                "write the ARN of a key (arn:...:key/...): permissions name no aliases, and the "
                "account's own key needs none",
                ("secrets", name, "x-aws-kms_key"),
            )
            return text
        case value:
            return value


def _keys(name: str, secret: Secret, notes: Notes) -> Iterator[str]:
    """List the keys of a secret that become files."""
    for key in map(str, secret.x_aws_keys or ()):
        if _KEY.fullmatch(key) and key.strip("."):
            yield key
        else:
            notes.error(
                "secret-key",
                "name the keys: what keys a secret has is known only to AWS"
                if key == "*"
                else f"{key!r} cannot be the name of a file",
                ("secrets", name, "x-aws-keys"),
            )


def _files(
    names: Names,
    service: str,
    reference: FileReference,
    source: Source,
    keys: tuple[str, ...],
    path: KeyPath,
    notes: Notes,
) -> Iterator[File]:
    """List the files that a secret becomes: one, or one for each key."""
    target = (reference.target or reference.source).removeprefix(f"{FOLDER}/")
    if target.startswith("/") or not target.strip("./") or ".." in target.split("/"):
        notes.error(
            "secret-target",
            f"secrets stand below {FOLDER}; write a relative target",
            (*path, "target"),
        )
        return
    for key, said in (("uid", reference.uid), ("gid", reference.gid)):
        if said and not said.isdecimal():
            notes.error("file-owner", "write a number", (*path, key))
    variable = f"SECRET_{names.secret(reference.source, '')}"
    for key in keys or ("",):
        mark = sha256(key.encode()).hexdigest()[:8].upper()
        yield File(
            service=service,
            target=f"{target}/{key}" if key else target,
            variable=f"{variable}_{mark}" if key else variable,
            value=join("", source.arn, f":{key}::") if key else source.arn,
            source=source,
            mode=DEFAULT_MODE if reference.mode is None else reference.mode,
            uid=reference.uid,
            gid=reference.gid,
            origin=path,
        )


def _report_taken(file: File, seen: dict[str, str], notes: Notes) -> None:
    """Report two secrets at one place, or one below the other."""
    for target, name in seen.items():
        if f"{target}/".startswith(f"{file.target}/") or f"{file.target}/".startswith(f"{target}/"):
            notes.error(
                "secret-target",
                f"the secret {name!r} stands at {target} already; write another target",
                file.origin,
            )
            break
    seen[file.target] = file.source.name


def _variable(
    names: Names, service: str, name: str, value: Value, path: KeyPath, notes: Notes
) -> Variable:
    """Decide on a variable that holds a secret."""
    if value == "":
        id_ = names.service(service, f"{stem(name)}SecretArn")
        stores = (MANAGER, STORE)
        asked = notes.ask(_asked(id_, f"ARN of the secret in the variable {name}", stores))
        return Variable(service, name, asked, Source(name, asked, stores, None), path)
    found: Selected = select(value)
    if not found.stores:
        notes.error(
            "secret-arn",
            "write the whole ARN of a secret (with :key:: behind it for one key of it) or of a "
            "parameter",
            path,
        )
    return Variable(service, name, value, Source(name, found.arn, found.stores, None), path)
