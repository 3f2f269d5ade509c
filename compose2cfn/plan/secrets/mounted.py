"""Decide which files below ``/run/secrets`` the secrets of services become."""

import re
from collections.abc import Iterable, Iterator
from posixpath import normpath

from compose2cfn.diagnostics import KeyPath
from compose2cfn.findings import Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.mount import FileReference
from compose2cfn.model.project import Secret
from compose2cfn.plan.secrets.references import GET_PARAMETERS, SecretReference
from compose2cfn.plan.secrets.stored import StoredSecret
from compose2cfn.plan.terms.access import file_access
from compose2cfn.plan.terms.names import digest, stem
from compose2cfn.plan.terms.values import Value

SECRETS_DIRECTORY = "/run/secrets"


class SecretFile(Record):
    """A secret, or one key of it, as a file of a service."""

    service: str
    target: str
    """Its path below `SECRETS_DIRECTORY`."""
    variable: str
    """The variable in which the container that prepares the task gets it."""
    value: Value
    stored: StoredSecret
    mode: int
    owner: str
    """The numbers of its owner and group, as chown takes them; empty leaves it to root."""
    origin: KeyPath


def secret_files(
    service: str, said: FileReference, secret: Secret, kept: StoredSecret, *, spot: Spot
) -> Iterator[SecretFile]:
    """List the files that a secret becomes: one, or one for each key."""
    target = normpath((said.target or said.source).removeprefix(f"{SECRETS_DIRECTORY}/"))
    access = file_access(said, spot)
    if not _is_below(target, spot):
        return
    keys = [str(key) for key in secret.x_aws_keys or ()]
    if not _selectable(keys, kept.reference, spot, said.source):
        return
    variable = f"SECRET_{stem(said.source)}"
    for key in keys or [""]:
        yield SecretFile(
            service=service,
            target=f"{target}/{key}" if key else target,
            variable=f"{variable}_{digest(key).upper()}" if key else variable,
            value=kept.reference.key(key) if key else kept.reference.value,
            stored=kept,
            mode=access.mode,
            owner=access.owner,
            origin=spot.path,
        )


def _is_below(target: str, spot: Spot) -> bool:
    """Tell whether a target is below the directory of secrets; report it if not."""
    if not target.startswith("/") and target.split("/", maxsplit=1)[0] not in {".", ".."}:
        return True
    (spot / "target").error(
        "secret-target", f"secrets are files below {SECRETS_DIRECTORY}; write a relative target"
    )
    return False


def _selectable(keys: Iterable[str], kept: SecretReference, spot: Spot, name: str) -> bool:
    """Tell whether each key of a secret can become a file."""
    wrong, where = "", spot.findings.at("secrets", name, "x-aws-keys")
    for key in keys:
        if kept.action == GET_PARAMETERS:
            wrong = (
                "only secrets of AWS Secrets Manager have keys, not parameters; leave the keys out"
            )
        elif kept.selected:
            wrong = "the ARN of the secret already names a key or a version; keep one of the two"
        elif key == "*":
            wrong = "name the keys; only AWS knows which keys a secret has"
        elif not re.fullmatch(r"(?!\.+$)[A-Za-z0-9._-]+", key):
            shown = where.shown(key)
            wrong = f"{shown!r} is not a valid name of a file; use only letters, digits, ., _ and -"
    if wrong:
        where.error("secret-key", wrong)
    return not wrong
