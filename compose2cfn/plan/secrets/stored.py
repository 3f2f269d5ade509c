"""Decide where each secret of a project is kept; no byte of one is ever read."""

from compose2cfn.findings import Parameter, Spot
from compose2cfn.model.frozen import Record
from compose2cfn.model.project import Secret
from compose2cfn.plan.secrets.references import SecretReference, named_parameter, secret_reference
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.values import Value, ref


class StoredSecret(Record):
    """A secret of the project, and where it is kept."""

    name: str
    reference: SecretReference
    logical: str = ""
    """Its logical id, if the stack creates it."""
    value: Value = ""
    """The parameter that fills it, if the stack creates it."""


def stored(name: str, secret: Secret, names: Names, spot: Spot) -> StoredSecret:
    """Find out where a secret is kept: in the stack, at an ARN, or where a parameter says."""
    if secret.x_aws_create:
        return _own(name, names, spot)
    if secret.external and (kept := kept_at(secret.name, spot / "name", named=True)):
        return StoredSecret(name=name, reference=kept)
    return _asked(name, names, spot, external=secret.external)


def kept_at(value: Value, spot: Spot, *, named: bool = False) -> SecretReference | None:
    """Find out where a secret is kept, and report what its ARN leaves open.

    If it may be ``named``, the name of a parameter is enough.
    """
    found = secret_reference(value)
    if named and found is None and isinstance(value, str):
        found = named_parameter(value)
    if found and not found.whole:
        spot.warn(
            "secret-partial",
            "AWS adds '-' and six characters to the name of a secret, and without them ECS may "
            "read each secret with that name; write the whole ARN",
        )
    elif found and found.doubtful:
        spot.warn(
            "secret-partial",
            "the ARN ends with '-' and six letters, which AWS takes for those that it adds to the "
            "name of a secret; if they are the end of the name itself, write the whole ARN",
        )
    return found


def _own(name: str, names: Names, spot: Spot) -> StoredSecret:
    """Create a secret in the stack, which a parameter fills."""
    logical = names.secret(name)
    value = spot.ask(
        Parameter(
            id=names.secret(name, "SecretValue"),
            group="Secrets",
            description=f"Value of the secret {name}",
            no_echo=True,
            min_length=1,
        )
    )
    return StoredSecret(
        name=name,
        reference=SecretReference(ref(logical), ref(logical)),
        logical=logical,
        value=value,
    )


def asked_arn(id_: str, what: str) -> Parameter:
    """Make the parameter for the ARN of a secret; ``what`` names it in words."""
    return Parameter(
        id=id_,
        group="Secrets",
        description=f"ARN of {what} in AWS Secrets Manager",
        allowed_pattern=r"arn:[^:]+:secretsmanager:[^:]+:[0-9]{12}:secret:[^:]+-[A-Za-z0-9]{6}",
        constraint="the whole ARN of a secret, with the six characters at its end",
        # The ARN is not secret, but what is called a secret is better not shown.
        no_echo=True,
    )


def _asked(name: str, names: Names, spot: Spot, *, external: bool) -> StoredSecret:
    """Ask for the ARN of a secret, and say how to get one."""
    id_ = names.secret(name, "SecretArn")
    asked = spot.ask(asked_arn(id_, f"the secret {name}"))
    shown = spot.shown(id_, of="x-aws-name")
    if external:
        spot.info(
            "secret-arn",
            "the name of an external secret must be its ARN; here the ARN becomes the template "
            f"parameter {shown!r}",
        )
    else:
        spot.info(
            "secret-arn",
            "no secret is read here, so its ARN becomes a template parameter; create it once (aws "
            f"secretsmanager create-secret --name {name} --secret-string ...), or write "
            "x-aws-create: true to create it in the stack",
            subject=name,
        )
    return StoredSecret(name=name, reference=SecretReference(asked, asked))
