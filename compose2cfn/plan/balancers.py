"""Decide on the load balancers: which there are, and whether they are the stack's own."""

import re
from dataclasses import dataclass

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.app import App
from compose2cfn.model.aws import AwsLoadBalancer
from compose2cfn.plan.names import Names
from compose2cfn.plan.network import Placement
from compose2cfn.plan.notes import Notes
from compose2cfn.plan.ports import Exposure, Speech
from compose2cfn.plan.values import Parameter, Value, ref

APPLICATION = "application"
NETWORK = "network"

_ARN = re.compile(r"arn:[^:]+:elasticloadbalancing:[^:]+:\d+:loadbalancer/(app|net)/[^/]+/[^/]+")
_KINDS = {"app": APPLICATION, "net": NETWORK}
_STEMS = {APPLICATION: "LoadBalancer", NETWORK: "NetworkLoadBalancer"}


@dataclass(frozen=True, slots=True)
class Balancer:
    """A load balancer.

    ``id`` is its stem in logical ids, and its own id if it is the stack's own; it carries what
    replaces a load balancer (its type and scheme), so that a new one never takes an old one's id.
    """

    id: str
    kind: str
    arn: Value
    own: bool
    group: Value
    """The id of its security group."""
    subnets: tuple[Value, ...]
    scheme: str
    ingress: tuple[Value, ...]
    attributes: tuple[tuple[str, Value], ...]
    origin: KeyPath

    @property
    def stem(self) -> str:
        """What the ids of its target groups carry: nothing for the default one."""
        return self.id.removesuffix("LoadBalancer")

    @property
    def group_id(self) -> str:
        """The logical id of its security group, if it is the stack's own."""
        return f"{self.id}SecurityGroup"


def balancer(
    app: App, names: Names, where: Placement, exposure: Exposure, notes: Notes
) -> Balancer:
    """Find the load balancer that publishes a port."""
    kind = APPLICATION if exposure.speech is Speech.HTTP else NETWORK
    asked = exposure.port.x_aws_loadbalancer
    if asked is not None:
        stem = names.service(exposure.service, _STEMS[kind])
        return _balancer(
            app, asked, kind, stem, where, (*exposure.path, "x-aws-loadbalancer"), notes
        )
    asked = app.project.x_aws_loadbalancer or AwsLoadBalancer()
    if asked.arn is not None and _kind(asked, kind) != kind:
        asked = AwsLoadBalancer()
    return _balancer(app, asked, kind, _STEMS[kind], where, ("x-aws-loadbalancer",), notes)


def _kind(asked: AwsLoadBalancer, wanted: str) -> str:
    """Tell the kind of a load balancer that is given; what cannot be told is what is wanted."""
    if isinstance(asked.arn, str) and (found := _ARN.fullmatch(asked.arn)):
        return _KINDS[found[1]]
    if asked.arn == "":
        return wanted
    return str(asked.type or APPLICATION)


def _balancer(
    app: App,
    asked: AwsLoadBalancer,
    kind: str,
    stem: str,
    where: Placement,
    path: KeyPath,
    notes: Notes,
) -> Balancer:
    scheme = str(asked.scheme or "internet-facing")
    if scheme not in {"internet-facing", "internal"}:
        notes.error("balancer-scheme", "write internet-facing or internal", (*path, "scheme"))
    ingress = asked.ingress or app.project.x_aws_ingress or ("0.0.0.0/0",)
    if asked.arn is not None:
        if (given := _kind(asked, kind)) != kind:
            notes.error(
                "balancer-kind",
                f"this port needs the type {kind}, and the load balancer that is given is of the "
                f"type {given}",
                path,
            )
        return Balancer(
            id=stem,
            kind=kind,
            arn=_given(asked.arn, kind, stem, path, notes),
            own=False,
            group=asked.security_group or _group(stem, path, notes),
            subnets=(),
            scheme=scheme,
            ingress=(),
            attributes=(),
            origin=path,
        )
    id_ = f"Internal{stem}" if scheme == "internal" else stem
    subnets = asked.subnets if isinstance(asked.subnets, tuple) and asked.subnets else where.subnets
    return Balancer(
        id=id_,
        kind=kind,
        arn=ref(id_),
        own=True,
        group=asked.security_group or ref(f"{id_}SecurityGroup"),
        subnets=subnets,
        scheme=scheme,
        ingress=() if asked.security_group else tuple(ingress),
        attributes=tuple(sorted((asked.attributes or {}).items())),
        origin=path,
    )


def _given(arn: Value, kind: str, stem: str, path: KeyPath, notes: Notes) -> Value:
    """Use the load balancer that is given, or ask for it."""
    if not isinstance(arn, str) or _ARN.fullmatch(arn):
        return arn
    if arn:
        notes.warn(
            "balancer-name",
            f"{arn!r} is a name, and only a call to AWS could find its ARN: it becomes a "
            "template parameter; write the ARN",
            path,
        )
    short = "app" if kind == APPLICATION else "net"
    return notes.ask(
        Parameter(
            id=f"{stem}Arn",
            group="Load balancing",
            description=f"ARN of the load balancer, of the type {kind}, that publishes the "
            "services",
            allowed_pattern=rf"arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]+:loadbalancer/{short}/.+",
            constraint=f"the ARN of a load balancer of the type {kind}",
        )
    )


def _group(stem: str, path: KeyPath, notes: Notes) -> Value:
    """Ask for the group of a given load balancer: tasks admit that, and never the world."""
    notes.info(
        "balancer-given",
        "the load balancer stays as it is: it must stand in the same VPC, and its own security "
        "group must admit clients",
        path,
    )
    return notes.ask(
        Parameter(
            id=f"{stem}SecurityGroupId",
            group="Load balancing",
            type="AWS::EC2::SecurityGroup::Id",
            description="Security group of the load balancer; the tasks admit it",
        )
    )
