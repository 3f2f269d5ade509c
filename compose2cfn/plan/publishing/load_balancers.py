"""Decide on the load balancers: which there are, and whether they are the stack's own."""

import json
from dataclasses import dataclass, field

from compose2cfn.diagnostics import Steps, dotted, listed
from compose2cfn.findings import Parameter
from compose2cfn.model.app import App
from compose2cfn.model.aws import AwsLoadBalancer
from compose2cfn.model.service import Port
from compose2cfn.plan.network import Networking, subnets
from compose2cfn.plan.publishing import attributes
from compose2cfn.plan.terms.arns import Arn, read
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.given import SECURITY_GROUP
from compose2cfn.plan.terms.names import LONGEST_NAME, Names, stem
from compose2cfn.plan.terms.values import Value, ref

APPLICATION = attributes.APPLICATION
NETWORK = attributes.NETWORK
NONE = "none"
"""In place of a load balancer: a port is not published."""

_TOP: Steps = ("x-aws-loadbalancer",)
_KINDS = {"app": APPLICATION, "net": NETWORK}
_SHORT = {kind: short for short, kind in _KINDS.items()}
_SCHEMES = ("internal", "internet-facing")
_USUAL = {APPLICATION: "LoadBalancer", NETWORK: "NetworkLoadBalancer"}


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
    group_id: str = ""
    """The logical id of its security group, if that is the stack's own."""
    subnets: tuple[Value, ...] = ()
    scheme: str = ""
    attributes: tuple[tuple[str, Value], ...] = ()
    origin: Steps = field(default=(), compare=False)

    @property
    def stem(self) -> str:
        """What the ids of its target groups carry: nothing for the default one."""
        return self.id.removesuffix("LoadBalancer")


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is asked of a load balancer, and where: what a port leaves open the top level says."""

    asked: AwsLoadBalancer
    path: Steps
    inherited: frozenset[str] = frozenset()

    def at(self, key: str) -> Steps:
        """Tell where a key is written."""
        return (*(_TOP if key in self.inherited else self.path), key)


def kind_said(asked: AwsLoadBalancer | None, listener: Value | None) -> str:
    """Tell the kind of load balancer that a port asks for; empty if it says nothing of it."""
    for arn in (read(listener), read(asked.arn if asked else None)):
        if arn is not None:
            return _kind(arn)
    return asked.type if asked and asked.type in _SHORT else ""


def _kind(arn: Arn) -> str:
    """Tell the kind of load balancer from its ARN, or from that of one of its listeners."""
    return _KINDS.get(arn.resource.split("/")[1], "") if "/" in arn.resource else ""


@dataclass(slots=True)
class Balancers:
    """The load balancers of a project, found port by port."""

    app: App
    names: Names
    where: Networking
    notes: Notes
    found: dict[str, Balancer] = field(default_factory=dict)

    def of(self, service: str, kind: str, port: Port, path: Steps) -> Balancer:
        """Find the load balancer that publishes a port."""
        if port.x_aws_listener is not None or port.x_aws_target_group is not None:
            return self._kept(self._behind(service, kind, port, path), path)
        own, shared = port.x_aws_loadbalancer, self._shared(kind)
        below: Steps = (*path, "x-aws-loadbalancer")
        if own is None:
            made = self._made(_Wish(shared, _TOP), kind, _USUAL[kind], path)
        elif own.arn is not None:
            same = own.arn and own.arn == shared.arn
            id_ = _USUAL[kind] if same else _named(self.names, service, own.arn)
            made = self._made(_Wish(own, below), kind, id_, path)
        else:
            base = AwsLoadBalancer() if shared.arn is not None else shared
            said = {key: value for key, value in own if value is not None}
            left = frozenset(AwsLoadBalancer.model_fields) - said.keys()
            wish = _Wish(base.model_copy(update=said), below, left)
            made = self._made(wish, kind, _USUAL[kind], path)
        return self._kept(made, path)

    def report_unused(self) -> None:
        """Report what the top level says and no load balancer has to do with."""
        used = {balancer.id for balancer in self.found.values() if not balancer.own}
        if self._top.arn not in (None, NONE) and not used & set(_USUAL.values()):
            self.notes.warn(
                "balancer-unused",
                "no port is published on this load balancer; mark the ports that it shall serve "
                "with x-aws-protocol: http (or tcp)",
                _TOP,
            )
        had = {name for balancer in self.found.values() for name, _ in balancer.attributes}
        for name in sorted((self._top.attributes or {}).keys() & attributes.ANY - had):
            if any(balancer.own for balancer in self.found.values()):
                about = "no load balancer that is made here has this attribute"
                self.notes.warn("balancer-unused", about, (*_TOP, "attributes", name))

    @property
    def _top(self) -> AwsLoadBalancer:
        return self.app.project.x_aws_loadbalancer or AwsLoadBalancer()

    def _shared(self, kind: str) -> AwsLoadBalancer:
        """Take what the top level says, if it is about load balancers of this kind."""
        asked = self._top
        about = kind_said(asked, None) or (APPLICATION if asked.arn else kind)
        return AwsLoadBalancer() if asked.arn == NONE or about != kind else asked

    def _kept(self, balancer: Balancer, path: Steps) -> Balancer:
        """Keep one load balancer of each id; ports that want different ones are a fault."""
        known = self.found.setdefault(balancer.id, balancer)
        if known is balancer and not balancer.own:
            self.notes.info(
                "balancer-given",
                "the load balancer stays as it is: it must stand in the same VPC, and its own "
                "security group must admit clients",
                balancer.origin,
            )
        elif known != balancer:
            self.notes.error(
                "balancer-differs",
                f"this port and {dotted(known.origin)} share a load balancer and say different "
                "things of it; say them once, in x-aws-loadbalancer at the top level",
                path,
            )
        return known

    def _made(self, wish: _Wish, kind: str, stem_: str, origin: Steps) -> Balancer:
        """Make up a load balancer, be it given or new; ``stem_`` begins its id."""
        asked = wish.asked
        self._check(wish)
        if asked.arn is not None:
            return self._given(asked, kind, stem_, wish.path)
        scheme = "internal" if asked.scheme == "internal" else "internet-facing"
        id_ = stem_ if scheme == "internet-facing" else f"Internal{stem_}"
        group = None if asked.security_group is None else self._group(wish, id_)
        return Balancer(
            id=id_,
            kind=kind,
            arn=ref(id_),
            own=True,
            group=group or ref(f"{id_}SecurityGroup"),
            group_id="" if group else f"{id_}SecurityGroup",
            subnets=self._subnets(wish, kind, id_),
            scheme=scheme,
            attributes=attributes.attributes(
                asked.attributes or {},
                kind,
                wish.at("attributes"),
                self.notes,
                shared=wish.at("attributes")[:1] == _TOP and self._top.type not in _SHORT,
            ),
            origin=origin,
        )

    def _subnets(self, wish: _Wish, kind: str, id_: str) -> tuple[Value, ...]:
        """Find the subnets that a new load balancer stands in."""
        least = 2 if kind == APPLICATION else 1
        if wish.asked.subnets is not None:
            spot = self.notes.findings.at(*wish.at("subnets"))
            return subnets(wish.asked.subnets, spot, prefix=id_, least=least)
        if len(self.where.subnets) < least:
            about = "an Application Load Balancer stands in two zones; write two subnets or more"
            self.notes.error("subnet-count", about, ("x-aws-subnets",))
        return self.where.subnets

    def _check(self, wish: _Wish) -> None:
        """Report what is said of a load balancer and means nothing."""
        asked = wish.asked
        known = "it is part of names, so it must be known here"
        if asked.type and asked.type not in _SHORT:
            self.notes.error("balancer-type", f"write {listed(_SHORT)}; {known}", wish.at("type"))
        if asked.scheme and asked.scheme not in _SCHEMES:
            about = f"write {listed(_SCHEMES)}; {known}"
            self.notes.error("balancer-scheme", about, wish.at("scheme"))
        if asked.type and read(asked.arn) and kind_said(asked, None) != asked.type:
            about = f"this is the ARN of another type than {asked.type}"
            self.notes.error("balancer-type", about, wish.at("type"))
        for key in ("scheme", "subnets", "attributes", "ingress"):
            if asked.arn is not None and dict(asked)[key] is not None:
                about = "the load balancer is given, and this changes nothing of it"
                self.notes.warn("balancer-fixed", about, wish.at(key))

    def _given(self, asked: AwsLoadBalancer, kind: str, id_: str, path: Steps) -> Balancer:
        """Use a load balancer that there is."""
        return Balancer(
            id=id_,
            kind=kind,
            arn=self._arn(asked.arn, kind, id_, path),
            own=False,
            group=self._group(_Wish(asked, path), id_),
            origin=path,
        )

    def _arn(self, asked: Value | None, kind: str, id_: str, path: Steps) -> Value:
        """Use the ARN that is given, or ask for it."""
        arn = read(asked)
        match asked:
            case str() as text if arn and arn.resource.startswith("loadbalancer/") and _kind(arn):
                return text
            case str() as text if text.startswith("arn:"):
                about = "this is the ARN of no Application or Network Load Balancer"
                self.notes.error("balancer-unknown", about, path)
                return text
            case None | "":
                pass
            case str() as text:
                self.notes.warn(
                    "balancer-name",
                    f"{text!r} is a name, and only a call to AWS could find its ARN: it becomes a "
                    "template parameter; write the ARN",
                    path,
                )
            case value:
                return value
        return self.notes.ask(
            Parameter(
                id=f"{id_}Arn",
                group="Load balancing",
                description=f"ARN of the load balancer, of the type {kind}, that publishes the "
                "services",
                allowed_pattern=r"arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]+:"
                rf"loadbalancer/{_SHORT[kind]}/.+",
                constraint=f"the ARN of a load balancer of the type {kind}",
            )
        )

    def _group(self, wish: _Wish, id_: str) -> Value:
        """Find the group of a load balancer that is not ours: tasks admit that, never the world."""
        if wish.asked.security_group:
            spot = self.notes.findings.at(*wish.at("security_group"))
            return SECURITY_GROUP.read(wish.asked.security_group, spot)
        return self.notes.ask(
            Parameter(
                id=f"{id_}SecurityGroupId",
                group="Load balancing",
                type="AWS::EC2::SecurityGroup::Id",
                description="Security group of the load balancer; the tasks admit it",
            )
        )

    def _behind(self, service: str, kind: str, port: Port, path: Steps) -> Balancer:
        """Find the load balancer of a listener or target group that is given."""
        shared = self._shared(kind)
        asked = port.x_aws_loadbalancer or shared
        listener = read(port.x_aws_listener)
        if listener and listener.resource.startswith("listener/") and _kind(listener):
            way = listener.resource.split("/")[1:-1]
            arn: Value = str(listener._replace(resource="/".join(["loadbalancer", *way])))
        else:
            arn = asked.arn or ""
        if shared.arn is not None and arn in (shared.arn, ""):
            return self._made(_Wish(shared, _TOP), kind, _USUAL[kind], path)
        id_ = _named(self.names, service, arn) if arn else f"Existing{_USUAL[kind]}"
        return self._given(asked.model_copy(update={"arn": arn}), kind, id_, path)


def _named(names: Names, service: str, arn: Value) -> str:
    """Name a load balancer that a port gives: by its own name, so that ports can share it."""
    if arn == "":
        return names.service(service, "LoadBalancer")
    found = read(arn)
    name = found.resource.split("/")[-2] if found and found.resource.count("/") > 1 else arn
    return stem(name if isinstance(name, str) else json.dumps(name))[:LONGEST_NAME] + "LoadBalancer"
