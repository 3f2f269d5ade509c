"""Decide how secrets reach containers; no byte of one is ever read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from posixpath import normpath

from compose2cfn.diagnostics import Steps
from compose2cfn.findings import Parameter
from compose2cfn.model.app import App
from compose2cfn.model.mount import FileReference
from compose2cfn.model.project import Secret
from compose2cfn.plan.secrets.references import GET_PARAMETERS, Place, find
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import Names, stem
from compose2cfn.plan.terms.values import Value, ref

FOLDER = "/run/secrets"
DEFAULT_MODE = 0o444

_KEY = re.compile(r"(?!\.+$)[A-Za-z0-9._-]+")
# What people call the variables that hold secrets; MAX_TOKENS is a number.
_SECRETIVE = re.compile(
    r"PASSW(OR)?D|PASSPHRASE|SECRET|TOKEN(?![SI])|CREDENTIAL|(^|_)PASS$"
    r"|(API|ACCESS|PRIVATE|ENCRYPTION|SIGNING|MASTER|APP|JWT|SESSION|COOKIE|AUTH|ACCOUNT)_?KEY",
    re.IGNORECASE,
)
# How the names of variables end that only tell something about a secret, such as where it stands.
_HARMLESS = re.compile(
    r"_(FILE|PATH|DIR|ARN|NAME|ID|URL|URI|ENDPOINT|HOST|PORT|ISSUER|AUDIENCE|HEADER|PREFIX|TYPE"
    r"|ALG|ALGORITHM|ENCRYPTION|POLICY|ENABLED|LEN|LENGTH|SIZE|COUNT|LIMIT"
    r"|((TTL|EXPIR[A-Z]*|AGE|TIMEOUT|LIFETIME|DURATION|VALIDITY)"
    r"(_IN|_AFTER)?(_(MS|SECONDS|SECS|MINUTES|MINS|HOURS|DAYS))?))$"
    r"|(^|_)ALLOW_EMPTY",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"true|false|yes|no|on|off|none|null|arn:.*", re.IGNORECASE)
"""Values that are nobody's secret."""
_WITH_PASSWORD = re.compile(
    r"(jdbc:)?[a-z][a-z0-9+.-]*://[^/?#\s:@]*:[^/?#\s@]+@\S*"  # postgres://user:password@host
    r"|[^:@/\s]+:[^@\s]+@(tcp|unix)\(.*"  # user:password@tcp(host:3306)/name
    r"|.*[?&;\s](password|pwd)\s*=\s*[^&;\s]+.*",  # Server=host;Password=password
    re.IGNORECASE,
)
"""How databases and queues are addressed with a password."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a secret stands; ``value`` is the parameter that fills one of the stack's own."""

    name: str
    place: Place
    own: str = ""
    """Its logical id, if it is the stack's own."""
    value: Value = ""


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
    origin: Steps


@dataclass(frozen=True, slots=True)
class Variable:
    """A secret in a variable of a container."""

    service: str
    name: str
    place: Place
    origin: Steps


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
    files: list[File] = []
    variables: list[Variable] = []
    for service, said in app.project.services.items():
        for index, reference in enumerate(said.secrets):
            path: Steps = ("services", service, "secrets", index)
            secret = app.project.secrets[reference.source]
            found = _files(service, reference, secret, sources[reference.source], path, notes)
            files += (file for file in found if not _taken(file, files, notes))
        for name, value in sorted((said.x_aws_secrets or {}).items()):
            path = ("services", service, "x-aws-secrets", name)
            if name in said.environment:
                notes.error(
                    "variable-twice",
                    "the variable has a plain value too (environment); keep one of them",
                    path,
                )
            elif place := _place(value, path, notes):
                variables.append(Variable(service, name, place, path))
            else:
                notes.error(
                    "secret-arn",
                    "write the ARN of a secret (with :key:: behind it for one key of it) or of a "
                    "parameter",
                    path,
                )
        _report_literals(app, service, notes)
    return Secrets(sources, tuple(files), tuple(variables))


def _source(name: str, secret: Secret, names: Names, notes: Notes) -> Source:
    """Find out where a secret stands."""
    path: Steps = ("secrets", name)
    if secret.x_aws_create:
        value = notes.ask(
            Parameter(
                id=names.secret(name, "SecretValue"),
                group="Secrets",
                description=f"Value of the secret {name}",
                no_echo=True,
                min_length=1,
            )
        )
        own = ref(names.secret(name))
        return Source(name, Place(own, own), names.secret(name), value)
    if secret.external and (place := _place(secret.name, (*path, "name"), notes)):
        return Source(name, place)
    asked = notes.ask(
        Parameter(
            id=names.secret(name, "SecretArn"),
            group="Secrets",
            description=f"ARN of the secret {name} in AWS Secrets Manager",
            allowed_pattern=r"arn:[^:]+:secretsmanager:[^:]+:[0-9]{12}:secret:[^:]+-[A-Za-z0-9]{6}",
            constraint="the whole ARN of a secret, with the six characters at its end",
            # It is no secret itself; but whatever is called one is better not shown.
            no_echo=True,
        )
    )
    if secret.external:
        message = (
            "the name of an external secret is its ARN; it becomes the template parameter "
            f"{names.secret(name, 'SecretArn')!r} here"
        )
    else:
        message = (
            "no secret is read here: create it once (aws secretsmanager create-secret --name "
            f"{name} "
            "--secret-string ...) and give its ARN as the template parameter "
            f"{names.secret(name, 'SecretArn')!r}, "
            "or write x-aws-create: true to have it made in the stack"
        )
    notes.info("secret-arn", message, path)
    return Source(name, Place(asked, asked))


def _place(value: Value, path: Steps, notes: Notes) -> Place | None:
    """Find out where a secret is kept, and report what its ARN leaves open."""
    place = find(value)
    if place and not place.whole:
        notes.warn(
            "secret-partial",
            "AWS adds '-' and six characters to the name of a secret; without them, ECS may read "
            "each secret of that name; write the whole ARN",
            path,
        )
    return place


def _files(
    service: str,
    reference: FileReference,
    secret: Secret,
    source: Source,
    path: Steps,
    notes: Notes,
) -> list[File]:
    """List the files that a secret becomes: one, or one for each key."""
    target = normpath((reference.target or reference.source).removeprefix(f"{FOLDER}/"))
    if target.startswith("/") or target.split("/")[0] in {".", ".."}:
        notes.error(
            "secret-target",
            f"secrets stand below {FOLDER}; write a relative target",
            (*path, "target"),
        )
        return []
    for key in ("uid", "gid"):
        if (said := {"uid": reference.uid, "gid": reference.gid}[key]) and not said.isdecimal():
            notes.error("file-owner", "write a number", (*path, key))
            return []
    mode = DEFAULT_MODE if reference.mode is None else reference.mode
    keys = [str(key) for key in secret.x_aws_keys or ()]
    if not _selectable(reference.source, keys, source.place, notes):
        return []
    name = f"SECRET_{stem(reference.source)}"
    if not keys:
        return [
            File(
                service,
                target,
                name,
                source.place.value,
                source,
                mode,
                reference.uid,
                reference.gid,
                path,
            )
        ]
    return [
        File(
            service,
            f"{target}/{key}",
            f"{name}_{sha256(key.encode()).hexdigest()[:8].upper()}",
            source.place.key(key),
            source,
            mode,
            reference.uid,
            reference.gid,
            path,
        )
        for key in keys
    ]


def _selectable(name: str, keys: Iterable[str], place: Place, notes: Notes) -> bool:
    """Tell whether each key of a secret can become a file."""
    wrong = ""
    for key in keys:
        if place.action == GET_PARAMETERS:
            wrong = "parameters have no keys; only secrets of AWS Secrets Manager do"
        elif place.selected:
            wrong = "the ARN of the secret names a key or a version already; keep one of the two"
        elif key == "*":
            wrong = "name the keys: what keys a secret has is known only to AWS"
        elif not _KEY.fullmatch(key):
            wrong = f"{key!r} cannot be the name of a file"
    if wrong:
        notes.error("secret-key", wrong, ("secrets", name, "x-aws-keys"))
    return not wrong


def _taken(file: File, others: Iterable[File], notes: Notes) -> bool:
    """Report a file that would stand where another one does, or in its place a folder."""
    for other in others:
        one, two = f"{file.target}/", f"{other.target}/"
        if file.service == other.service and (one.startswith(two) or two.startswith(one)):
            notes.error(
                "secret-target",
                f"another secret stands at {FOLDER}/{other.target}; write another target",
                file.origin,
            )
            return True
    return False


def _report_literals(app: App, service: str, notes: Notes) -> None:
    """Warn of variables that look like secrets and stand in the file; their values are not told."""
    for name, value in app.project.services[service].environment.items():
        named = _SECRETIVE.search(name) and not _HARMLESS.search(name)
        if value and not _PLAIN.fullmatch(value) and (named or _WITH_PASSWORD.fullmatch(value)):
            notes.warn(
                "secret-in-environment",
                "the value of this variable stands in the template for all to read; if it is a "
                "secret, write x-aws-secrets: "
                f"{{{name}: ARN}} instead",
                ("services", service, "environment", name),
            )
