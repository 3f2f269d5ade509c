"""Decide which variables of services are filled with secrets, and find those that should be."""

import re
from collections.abc import Container, Iterator, Mapping

from compose2cfn.diagnostics import KeyPath, Steps
from compose2cfn.findings import Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.plan.secrets.references import SecretReference
from compose2cfn.plan.secrets.stored import asked_arn, kept_at
from compose2cfn.plan.terms.names import LONGEST_NAME, Names, stem

# What people call variables that hold secrets; MAX_TOKENS is a number.
_SECRETIVE = (
    r"PASSW(OR)?D|PASSPHRASE|SECRET|TOKEN(?![SI])|CREDENTIAL|(^|_)PASS$"
    r"|(API|ACCESS|PRIVATE|ENCRYPTION|SIGNING|MASTER|APP|JWT|SESSION|COOKIE|AUTH|ACCOUNT)_?KEY"
)
# How the names of variables end that only say something about a secret, such as where it is.
_HARMLESS_NAME = (
    r"_(FILE|PATH|DIR|ARN|NAME|ID|URL|URI|ENDPOINT|HOST|PORT|ISSUER|AUDIENCE|HEADER|PREFIX|TYPE"
    r"|ALG|ALGORITHM|ENCRYPTION|POLICY|ENABLED|LEN|LENGTH|SIZE|COUNT|LIMIT|SOURCE|PROVIDER"
    r"|((TTL|EXPIR[A-Z]*|AGE|TIMEOUT|LIFETIME|DURATION|VALIDITY)"
    r"(_IN|_AFTER)?(_(MS|SECONDS|SECS|MINUTES|MINS|HOURS|DAYS))?))$"
    r"|(^|_)(ALLOW_EMPTY|RANDOM(_ROOT)?_PASSWORD)"
)
_HARMLESS_VALUE = r"true|false|yes|no|on|off|none|null|0|1|arn:.*"
"""Values that are never secret."""
_CREDENTIALED = (
    r"(jdbc:)?[a-z][a-z0-9+.-]*://[^/?#\s:@]*:[^/?#\s@]+@\S*"  # postgres://user:password@host
    r"|[^:@/\s]+:[^@\s]+@(tcp|unix)\(.*"  # user:password@tcp(host:3306)/name
)
"""How databases and queues are addressed with a password, as a whole."""
_SAID = r"[?&;\s](password|pwd)\s*=\s*[^&;\s]"
"""How a part of an address says a password: ``Server=host;Password=password``."""


_NAME = r"[A-Za-z0-9_.:/\[\]-]+"
"""The names of variables that programs read, also those that no shell can set."""


class SecretVariable(Record):
    """A secret in a variable of a container."""

    service: str
    name: str
    reference: SecretReference
    origin: KeyPath


def secret_variables(
    service: str, said: Service, names: Names, spot: Spot
) -> Iterator[SecretVariable]:
    """List the variables that ``x-aws-secrets`` fills; ``spot`` is that of the service."""
    for name, value in sorted((said.x_aws_secrets or {}).items()):
        here = spot / "x-aws-secrets" / name
        if not re.fullmatch(_NAME, name):
            here.error(
                "variable-name",
                f"{here.key!r} is not the name of a variable, and ECS fills one variable with each "
                "entry; write a name, and behind the ARN of a secret with several keys the key "
                "that it gets: NAME: ARN:key::",
            )
        elif name in said.environment:
            here.error(
                "variable-twice",
                "the variable also has a plain value in environment; keep one of them",
            )
        elif value == "":
            id_ = names.service(service, f"{stem(name)[:LONGEST_NAME]}SecretArn")
            asked = here.ask(asked_arn(id_, f"the secret for {name} of the service {service}"))
            yield SecretVariable(
                service=service,
                name=name,
                reference=SecretReference(asked, asked),
                origin=here.path,
            )
        elif found := kept_at(value, here, named=True):
            yield SecretVariable(service=service, name=name, reference=found, origin=here.path)
        else:
            here.error(
                "secret-arn",
                "must be the ARN of a secret (followed by :key:: for one of its keys) or of a "
                "parameter, or the name of a parameter that begins with a slash; leave it empty "
                "to ask for an ARN when the stack is created",
            )


def report_literals(
    environment: Mapping[str, str | None], written: Container[Steps], spot: Spot
) -> None:
    """Warn about variables of a service that look like secrets; their values are not shown.

    The place is where they are ``written``, or what names their file.
    """
    for name, value in sorted(environment.items()):
        if value and _looks_secret(name, value):
            own = spot / "environment" / name
            (own if own.path in written else spot / "env_file").warn(
                "secret-in-environment",
                f"the value of {name} is in the template, where everybody may read it; write what "
                f"is secret as x-aws-secrets: {{{name}: ARN}} instead",
                subject=name,
            )


def _looks_secret(name: str, value: str) -> bool:
    """Tell whether a variable looks like one that holds a secret."""
    if re.fullmatch(_HARMLESS_VALUE, value, re.IGNORECASE):
        return False
    capitals = name.upper()
    if re.search(_SECRETIVE, capitals) and not re.search(_HARMLESS_NAME, capitals):
        return True
    whole = re.fullmatch(_CREDENTIALED, value, re.IGNORECASE)
    return bool(whole or re.search(_SAID, value, re.IGNORECASE))
