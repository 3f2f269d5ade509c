"""Every ``x-aws-*`` key: what a Compose file says that only AWS understands.

A value is a text or a function of CloudFormation (``!Ref X``), so that what is known only when the
stack is created can be passed through. ``None`` means that the key is absent; a key that is present
but empty has the value ``""`` (or an empty list).

Each key is marked with who may write it where authors are not trusted (``--refuse rights``): a
`Right` is for whoever deploys, a `Choice` for any author. What lets an author use or open something
that exists already, or grant permissions, is a right.
"""

import re
from collections.abc import Container, Mapping
from typing import Annotated, TypeAlias

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from compose2cfn.model.base import Model, ReadBy
from compose2cfn.model.frozen import Frozen
from compose2cfn.model.functions import Function
from compose2cfn.model.marks import Choice, Right, says_something

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
        case str() if re.fullmatch("-?[0-9]{1,18}", given):
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
        case str() if re.fullmatch("[0-9]{1,18}", given):
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
    raise PydanticCustomError("mapping_type", "must be a mapping")


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
Given: TypeAlias = Annotated[
    Value | None, ReadBy(_value, form="a text, or a function of CloudFormation"), _Hidden
]
Word: TypeAlias = Annotated[str | None, ReadBy(_word, form="a text"), _Hidden]
"""A text that decides what is made, and so must be known while converting."""
Number: TypeAlias = Annotated[
    int | Value | None,
    ReadBy(_number, form="a whole number, or a function of CloudFormation"),
    _Hidden,
]
Switch: TypeAlias = Annotated[bool | None, ReadBy(_flag, form="`true` or `false`"), _Hidden]
Values: TypeAlias = Annotated[
    tuple[Value, ...] | None,
    ReadBy(
        _values,
        form="a list of texts and functions of CloudFormation, or one text with commas in between",
    ),
    _Hidden,
]
Subnets: TypeAlias = Annotated[
    int | tuple[Value, ...] | None,
    ReadBy(
        _subnets,
        form="a list of ids and functions of CloudFormation, or a number of parameters to ask for",
    ),
    _Hidden,
]
"""The subnets themselves, or how many of them to ask for."""
Document: TypeAlias = Annotated[
    Value | Mapping[str, object] | None,
    ReadBy(_document, form="a text, a function of CloudFormation, or a mapping"),
    _Hidden,
]
"""A text, an intrinsic function, or any other mapping (a policy document)."""
Named: TypeAlias = Annotated[
    Mapping[str, Value] | None,
    ReadBy(_named, form="a mapping of names to texts and functions of CloudFormation"),
    _Hidden,
]


def _is_load_balancer(value: object, _: Container[str]) -> bool:
    return says_something(value) and value != "none"


def _are_subnets(value: object, _: Container[str]) -> bool:
    return isinstance(value, tuple) and says_something(value)


def _are_logs(value: object, _: Container[str]) -> bool:
    return isinstance(value, Mapping) and any("logs.s3." in name for name in value)


def _are_secrets(value: object, _: Container[str]) -> bool:
    return isinstance(value, Mapping) and any(map(says_something, value.values()))


def _is_host(value: object, _: Container[str]) -> bool:
    """Tell whether bind mounts are folders of the instance, with all that is there."""
    return value == "host"


def _is_capacity(value: object, services: Container[str]) -> bool:
    """Tell whether a capacity is not of the stack's own, or its instances start from an image."""
    match value:
        case str():
            return value not in {"", "EC2", *_FARGATE} and value not in services
        case Mapping() if not isinstance(value, Function):
            instances = {"disk", "machine", "max", "min"}
            return any(name not in instances | _FARGATE for name in value)
    return says_something(value)


_FARGATE = {"FARGATE", "FARGATE_SPOT"}
_ATTRIBUTES = Right("writes logs into an existing bucket", gives=_are_logs)
_BIND_MOUNTS = Right("mounts folders of EC2 instances", gives=_is_host)
_CAPACITY = Right("uses existing EC2 instances or an existing image", gives=_is_capacity)
_CHECK = Choice("says how the stack's own target groups check tasks")
_DELIVERY = Choice("says what brings files into a task")
_INGRESS = Choice("says who may reach ports that the stack publishes")
_LOAD_BALANCER = Right("publishes ports on an existing load balancer", gives=_is_load_balancer)
_NAME = Choice("names what the stack makes")
_RETENTION = Choice("says how long the stack keeps its own logs")
_ROLLOUT = Choice("says how many tasks run during a deployment")
_ROUTE = Choice("says which requests of a listener of the stack a service gets")
_SCALING = Choice("says how many tasks of a service run")
_SECURITY_GROUP = Right("uses an existing security group")
_SUBNETS = Right("uses existing subnets", gives=_are_subnets)


class AwsLoadBalancer(Model):
    """A load balancer: the ARN of an existing one, or the settings of a new one.

    Written as a plain value, it is the ARN; the ARN ``none`` on a port means no load balancer.
    """

    arn: Annotated[Given, _LOAD_BALANCER] = None
    type: Annotated[Word, Choice("chooses the type of a load balancer of the stack")] = None
    security_group: Annotated[Given, _SECURITY_GROUP] = None
    scheme: Annotated[Word, Choice("chooses whether a load balancer of the stack is public")] = None
    subnets: Annotated[Subnets, _SUBNETS] = None
    ingress: Annotated[Values, _INGRESS] = None
    attributes: Annotated[Named, _ATTRIBUTES] = None


NO_LOAD_BALANCER = AwsLoadBalancer.model_construct()
"""What a project says of ``x-aws-loadbalancer`` that does not have it."""


class AwsRoute(Model):
    """Which requests of a shared listener go to a service."""

    host: Annotated[Values, _ROUTE] = None
    path: Annotated[Values, _ROUTE] = None
    priority: Annotated[Number, _ROUTE] = None


class AwsHealthCheck(Model):
    """How a load balancer checks whether a target is healthy; written as a text, it is the path."""

    path: Annotated[Given, _CHECK] = None
    port: Annotated[Given, _CHECK] = None
    protocol: Annotated[Given, _CHECK] = None
    codes: Annotated[Given, _CHECK] = None
    interval: Annotated[Number, _CHECK] = None
    timeout: Annotated[Number, _CHECK] = None
    healthy: Annotated[Number, _CHECK] = None
    unhealthy: Annotated[Number, _CHECK] = None


NO_AWS_HEALTHCHECK = AwsHealthCheck.model_construct()
"""What a service says of ``x-aws-healthcheck`` that does not have it."""


class AwsAutoscaling(Model):
    """Between how many tasks a service scales, and the targets (percent; requests per target)."""

    min: Annotated[Number, _SCALING] = None
    max: Annotated[Number, _SCALING] = None
    cpu: Annotated[Number, _SCALING] = None
    memory: Annotated[Number, _SCALING] = None
    requests: Annotated[Number, _SCALING] = None


LoadBalancerKey: TypeAlias = Annotated[
    AwsLoadBalancer | None, BeforeValidator(_load_balancer), _Hidden
]
Route: TypeAlias = Annotated[AwsRoute | None, BeforeValidator(_path), _Hidden]
HealthCheckKey: TypeAlias = Annotated[AwsHealthCheck | None, BeforeValidator(_path), _Hidden]
Autoscaling: TypeAlias = Annotated[AwsAutoscaling | None, BeforeValidator(_mapping), _Hidden]


class ProjectKeys:
    """The ``x-aws-*`` keys of the top level."""

    x_aws_vpc: Annotated[Given, Right("uses an existing VPC")] = None
    x_aws_subnets: Annotated[Subnets, _SUBNETS] = None
    x_aws_cluster: Annotated[Given, Right("runs tasks in an existing cluster")] = None
    x_aws_loadbalancer: LoadBalancerKey = None
    x_aws_logs_retention: Annotated[Number, _RETENTION] = None
    x_aws_cloudformation: Annotated[Document, Right("changes anything in the template")] = None
    x_aws_namespace: Annotated[Given, Right("names a DNS zone that the whole VPC uses")] = None
    x_aws_ingress: Annotated[Values, _INGRESS] = None
    x_aws_bind_mounts: Annotated[Word, _BIND_MOUNTS] = None
    x_aws_capacity: Annotated[Document, _CAPACITY] = None
    x_aws_container_insights: Annotated[
        Given, Choice("measures what the tasks of the stack's own cluster use")
    ] = None
    x_aws_assign_public_ip: Annotated[
        Given, Choice("gives tasks addresses, which admit no one")
    ] = None


class ServiceKeys:
    """The ``x-aws-*`` keys of a service."""

    x_aws_name: Annotated[Word, _NAME] = None
    x_aws_pull_credentials: Annotated[Given, Right("reads an existing secret")] = None
    x_aws_create_repository: Annotated[Switch, Right("creates repositories for images")] = None
    x_aws_role: Annotated[Document, Right("gives a task a role or permissions")] = None
    x_aws_policies: Annotated[Values, Right("gives a task permissions")] = None
    x_aws_secrets: Annotated[Named, Right("reads an existing secret", gives=_are_secrets)] = None
    x_aws_bind_mounts: Annotated[Word, _BIND_MOUNTS] = None
    x_aws_delivery: Annotated[Word, _DELIVERY] = None
    x_aws_carrier: Annotated[Word, Choice("chooses the task that a job runs in")] = None
    x_aws_capacity: Annotated[Document, _CAPACITY] = None
    x_aws_subnets: Annotated[Subnets, _SUBNETS] = None
    x_aws_exec: Annotated[Switch, Right("lets people run commands in containers")] = None
    x_aws_task: Annotated[Word, Choice("is refused for everybody")] = None
    x_aws_ephemeral_storage: Annotated[Number, Choice("sizes the disk of a task")] = None
    x_aws_healthcheck: HealthCheckKey = None
    # Many write these in the wrong place; what they mean is clear.
    x_aws_logs_retention: Annotated[Number, _RETENTION] = None
    x_aws_autoscaling: Autoscaling = None
    x_aws_min_percent: Annotated[Number, _ROLLOUT] = None
    x_aws_max_percent: Annotated[Number, _ROLLOUT] = None


class PortKeys:
    """The ``x-aws-*`` keys of a port."""

    x_aws_protocol: Annotated[Word, Choice("names the protocol of a port")] = None
    x_aws_certificate: Annotated[Values, Right("uses an existing certificate")] = None
    x_aws_ingress: Annotated[Values, _INGRESS] = None
    x_aws_route: Route = None
    x_aws_redirect: Annotated[Word, Choice("redirects requests to a port of the stack")] = None
    x_aws_listener: Annotated[Given, Right("gets requests from an existing listener")] = None
    x_aws_target_group: Annotated[Given, Right("adds tasks to an existing target group")] = None
    x_aws_loadbalancer: LoadBalancerKey = None


class DeployKeys:
    """The ``x-aws-*`` keys of ``deploy``."""

    x_aws_autoscaling: Autoscaling = None


class UpdateKeys:
    """The ``x-aws-*`` keys of ``deploy.update_config``."""

    x_aws_min_percent: Annotated[Number, _ROLLOUT] = None
    x_aws_max_percent: Annotated[Number, _ROLLOUT] = None


class NetworkKeys:
    """The ``x-aws-*`` keys of a network."""

    x_aws_name: Annotated[Word, _NAME] = None
    x_aws_securitygroup: Annotated[Given, _SECURITY_GROUP] = None


class VolumeKeys:
    """The ``x-aws-*`` keys of a volume."""

    x_aws_name: Annotated[Word, _NAME] = None
    x_aws_filesystem: Annotated[Given, Right("mounts an existing file system")] = None
    x_aws_seed: Annotated[Switch, Choice("copies what an image has into a new volume")] = None


class SecretKeys:
    """The ``x-aws-*`` keys of a secret."""

    x_aws_name: Annotated[Word, _NAME] = None
    x_aws_keys: Annotated[Values, Choice("chooses keys of a secret that is given")] = None
    x_aws_create: Annotated[Switch, Choice("makes a secret in the stack")] = None


class ConfigKeys:
    """The ``x-aws-*`` keys of a config."""

    x_aws_name: Annotated[Word, _NAME] = None
    x_aws_delivery: Annotated[Word, _DELIVERY] = None
