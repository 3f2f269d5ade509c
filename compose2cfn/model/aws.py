"""Every ``x-aws-*`` key: what a Compose file says that only AWS understands.

A value is a text or a function of CloudFormation (``!Ref X``), so that what is known only when the
stack is created can be passed through. ``None`` means that the key is absent; a key that is present
but empty has the value ``""`` (or an empty list).
"""

from collections.abc import Mapping
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field, PlainValidator
from pydantic_core import PydanticCustomError

from compose2cfn.model.base import Model
from compose2cfn.model.frozen import Frozen
from compose2cfn.model.functions import Function

Value: TypeAlias = str | Function
"""A text, or the function that gives it."""


def _value(given: object) -> Value:
    match given:
        case None:
            return ""
        case str():
            return given
        case bool():
            return str(given).lower()
        case int() | float():
            return str(given)
        case Function():
            return given
    raise PydanticCustomError("wrong-type", "must be a text or an intrinsic function such as Ref")


def _word(given: object) -> str:
    match _value(given):
        case str(text):
            return text
    message = "must be a text, not a function: it decides what is in the template"
    raise PydanticCustomError("wrong-type", message)


def _number(given: object) -> int | Value:
    match given:
        case bool():
            pass
        case int():
            return given
        case str() if given.lstrip("-").isdecimal():
            return int(given)
        case None | "":
            return ""
        case Function():
            return given
    raise PydanticCustomError("wrong-type", "must be a whole number or an intrinsic function")


def _flag(given: object) -> bool | None:
    match given:
        case bool():
            return given
        case None | "":
            return None
        case str() if given.lower() in {"true", "yes", "on", "enabled"}:
            return True
        case str() if given.lower() in {"false", "no", "off", "disabled"}:
            return False
    raise PydanticCustomError("wrong-type", "must be true or false")


def _values(given: object) -> tuple[Value, ...]:
    match given:
        case None | "":
            return ()
        case str():
            return tuple(part.strip() for part in given.split(",") if part.strip())
        case list() | tuple():
            return tuple(map(_value, given))
    return (_value(given),)


def _subnets(given: object) -> int | tuple[Value, ...]:
    match given:
        case bool():
            pass
        case int():
            return given
        case str() if given.isdecimal():
            return int(given)
    return _values(given)


def _mapping(given: object) -> Mapping[str, object]:
    match given:
        case Function():
            (name,) = given
            raise PydanticCustomError(
                "wrong-type",
                "must be a mapping, and one whose only key is {name} is read as a function; "
                "add another entry",
                {"name": name},
            )
        case Mapping():
            return given
        case None | "":
            return Frozen()
    raise PydanticCustomError("wrong-type", "must be a mapping")


def _named(given: object) -> Mapping[str, Value]:
    return Frozen({name: _value(value) for name, value in _mapping(given).items()})


def _document(given: object) -> Value | Mapping[str, object]:
    match given:
        case Function():
            return given
        case Mapping():
            return _mapping(given)
    return _value(given)


def _load_balancer(given: object) -> object:
    match given:
        case Mapping() if not isinstance(given, Function):
            return given
    return {"arn": given}


def _path(given: object) -> object:
    match given:
        case Mapping() if not isinstance(given, Function):
            return given
    return {"path": given}


_Hidden = Field(exclude=True)
Given: TypeAlias = Annotated[Value | None, PlainValidator(_value), _Hidden]
Word: TypeAlias = Annotated[str | None, PlainValidator(_word), _Hidden]
"""A text that decides what is made, and so must be known while converting."""
Number: TypeAlias = Annotated[int | Value | None, PlainValidator(_number), _Hidden]
Switch: TypeAlias = Annotated[bool | None, PlainValidator(_flag), _Hidden]
Values: TypeAlias = Annotated[tuple[Value, ...] | None, PlainValidator(_values), _Hidden]
Subnets: TypeAlias = Annotated[int | tuple[Value, ...] | None, PlainValidator(_subnets), _Hidden]
"""The subnets themselves, or how many of them to ask for."""
Document: TypeAlias = Annotated[
    Value | Mapping[str, object] | None, PlainValidator(_document), _Hidden
]
"""A text, an intrinsic function, or any other mapping (a policy document)."""
Named: TypeAlias = Annotated[Mapping[str, Value] | None, PlainValidator(_named), _Hidden]


class AwsLoadBalancer(Model):
    """A load balancer: the ARN of an existing one, or the settings of a new one.

    Written as a plain value, it is the ARN; the ARN ``none`` on a port means no load balancer.
    """

    arn: Given = None
    type: Word = None
    security_group: Given = None
    scheme: Word = None
    subnets: Subnets = None
    ingress: Values = None
    attributes: Named = None


class AwsRoute(Model):
    """Which requests of a shared listener go to a service."""

    host: Values = None
    path: Values = None
    priority: Number = None


class AwsHealthCheck(Model):
    """How a load balancer checks whether a target is healthy; written as a text, it is the path."""

    path: Given = None
    port: Given = None
    protocol: Given = None
    codes: Given = None
    interval: Number = None
    timeout: Number = None
    healthy: Number = None
    unhealthy: Number = None


class AwsAutoscaling(Model):
    """Between how many tasks a service scales, and the targets (percent; requests per target)."""

    min: Number = None
    max: Number = None
    cpu: Number = None
    memory: Number = None
    requests: Number = None


LoadBalancerKey: TypeAlias = Annotated[
    AwsLoadBalancer | None, BeforeValidator(_load_balancer), _Hidden
]
Route: TypeAlias = Annotated[AwsRoute | None, BeforeValidator(_path), _Hidden]
HealthCheckKey: TypeAlias = Annotated[AwsHealthCheck | None, BeforeValidator(_path), _Hidden]
Autoscaling: TypeAlias = Annotated[AwsAutoscaling | None, BeforeValidator(_mapping), _Hidden]


class ProjectKeys:
    """The ``x-aws-*`` keys of the top level."""

    x_aws_vpc: Given = None
    x_aws_subnets: Subnets = None
    x_aws_cluster: Given = None
    x_aws_loadbalancer: LoadBalancerKey = None
    x_aws_logs_retention: Number = None
    x_aws_cloudformation: Document = None
    x_aws_namespace: Given = None
    x_aws_ingress: Values = None
    x_aws_bind_mounts: Word = None
    x_aws_capacity: Document = None
    x_aws_assign_public_ip: Given = None


class ServiceKeys:
    """The ``x-aws-*`` keys of a service."""

    x_aws_name: Word = None
    x_aws_pull_credentials: Given = None
    x_aws_role: Document = None
    x_aws_policies: Values = None
    x_aws_secrets: Named = None
    x_aws_bind_mounts: Word = None
    x_aws_delivery: Word = None
    x_aws_carrier: Word = None
    x_aws_capacity: Document = None
    x_aws_subnets: Subnets = None
    x_aws_exec: Switch = None
    x_aws_task: Word = None
    x_aws_ephemeral_storage: Number = None
    x_aws_healthcheck: HealthCheckKey = None
    # Many write these in the wrong place; what they mean is clear.
    x_aws_logs_retention: Number = None
    x_aws_autoscaling: Autoscaling = None
    x_aws_min_percent: Number = None
    x_aws_max_percent: Number = None


class PortKeys:
    """The ``x-aws-*`` keys of a port."""

    x_aws_protocol: Word = None
    x_aws_certificate: Values = None
    x_aws_ingress: Values = None
    x_aws_route: Route = None
    x_aws_redirect: Word = None
    x_aws_listener: Given = None
    x_aws_target_group: Given = None
    x_aws_loadbalancer: LoadBalancerKey = None


class DeployKeys:
    """The ``x-aws-*`` keys of ``deploy``."""

    x_aws_autoscaling: Autoscaling = None


class UpdateKeys:
    """The ``x-aws-*`` keys of ``deploy.update_config``."""

    x_aws_min_percent: Number = None
    x_aws_max_percent: Number = None


class NetworkKeys:
    """The ``x-aws-*`` keys of a network."""

    x_aws_name: Word = None
    x_aws_securitygroup: Given = None


class VolumeKeys:
    """The ``x-aws-*`` keys of a volume."""

    x_aws_name: Word = None
    x_aws_filesystem: Given = None


class SecretKeys:
    """The ``x-aws-*`` keys of a secret."""

    x_aws_name: Word = None
    x_aws_keys: Values = None
    x_aws_create: Switch = None


class ConfigKeys:
    """The ``x-aws-*`` keys of a config."""

    x_aws_name: Word = None
    x_aws_delivery: Word = None
