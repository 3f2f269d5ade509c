"""Find out which load balancer a port wants, and with which settings."""

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.aws import NO_LOAD_BALANCER, AwsLoadBalancer
from compose2cfn.model.frozen import Record
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType, type_in, type_said
from compose2cfn.plan.publishing.ports import PublishedPort
from compose2cfn.plan.publishing.withheld import UNPUBLISHED
from compose2cfn.plan.terms.arns import read
from compose2cfn.plan.terms.names import LONGEST_NAME, Names, stem
from compose2cfn.plan.terms.values import Value, comparable

TOP_KEY = "x-aws-loadbalancer"
"""The key of load balancers, at the top level and on a port."""
USUAL_IDS = {
    LoadBalancerType.APPLICATION: "LoadBalancer",
    LoadBalancerType.NETWORK: "NetworkLoadBalancer",
}
"""The ids of the load balancers of ports that do not ask for one of their own."""

SCHEMES = ("internal", "internet-facing")


class LoadBalancerRequest(Record):
    """The settings of a load balancer: what a port leaves open, the top level says."""

    id: str
    """The load balancer that is meant, apart from its scheme."""
    type: LoadBalancerType
    asked: AwsLoadBalancer
    spot: Spot
    """Where they are written."""
    behind: Spot | None = None
    """The port that asks for it, if it has an existing listener or target group."""
    inherited: frozenset[str] = frozenset()
    """The keys that are written at the top level instead."""
    either_type: bool = False
    """Whether the top level is about load balancers of both types."""

    def at(self, key: str) -> Spot:
        """Go to where a key is written."""
        return (self._top if key in self.inherited else self.spot) / key

    def is_for_either_type(self, key: str) -> bool:
        """Tell whether a key is written for load balancers of both types."""
        return self.either_type and self.at(key).path == self._top.path / key

    @property
    def named(self) -> Spot:
        """Go to where it is written which load balancer is meant."""
        return self.behind or self.spot

    @property
    def _top(self) -> Spot:
        return self.spot.findings.at(TOP_KEY)


class LoadBalancerRequests(Record):
    """What the ports of a project ask of load balancers; ``shared`` is from the top level.

    ``types`` are the types that they need.
    """

    shared: AwsLoadBalancer
    types: frozenset[LoadBalancerType]
    names: Names
    findings: Findings

    def of(self, port: PublishedPort) -> LoadBalancerRequest:
        """Find out what a port asks for; settings without effect are findings."""
        asked = port.settings.load_balancer
        if port.settings.listener is not None or port.settings.target_group is not None:
            return self._behind(port)
        if asked is None:
            request = self._top(port.load_balancer_type)
        elif asked.arn is not None:
            request = self._existing(asked, asked.arn, port)
        else:
            request = self._joined(asked, port)
        _report(request)
        return request

    def _top(self, type_: LoadBalancerType) -> LoadBalancerRequest:
        """Ask for what the top level says of load balancers of a type."""
        return LoadBalancerRequest(
            id=USUAL_IDS[type_],
            type=type_,
            asked=self._shared(type_),
            spot=self.findings.at(TOP_KEY),
            either_type=self._either_type,
        )

    def _existing(
        self, asked: AwsLoadBalancer, arn: Value, port: PublishedPort
    ) -> LoadBalancerRequest:
        """Ask for a load balancer that a port names."""
        type_ = port.load_balancer_type
        same = arn != "" and arn == self._shared(type_).arn
        return LoadBalancerRequest(
            id=USUAL_IDS[type_] if same else self._id(arn, port.service),
            type=type_,
            asked=asked,
            spot=port.spot(self.findings) / TOP_KEY,
        )

    def _joined(self, asked: AwsLoadBalancer, port: PublishedPort) -> LoadBalancerRequest:
        """Ask for a new load balancer as a port describes it, and for the rest as the top level."""
        type_ = port.load_balancer_type
        shared = self._shared(type_)
        base = NO_LOAD_BALANCER if shared.arn is not None else shared
        said = {key: value for key, value in asked if value is not None}
        return LoadBalancerRequest(
            id=USUAL_IDS[type_],
            type=type_,
            asked=base.model_copy(update=said),
            spot=port.spot(self.findings) / TOP_KEY,
            inherited=frozenset(AwsLoadBalancer.model_fields) - said.keys(),
            either_type=self._either_type,
        )

    def _behind(self, port: PublishedPort) -> LoadBalancerRequest:
        """Ask for the load balancer of an existing listener or target group."""
        type_ = port.load_balancer_type
        shared = self._shared(type_)
        own, spot = port.settings.load_balancer, port.spot(self.findings)
        asked = own or shared
        arn = _load_balancer_of(port.settings.listener) or asked.arn or ""
        if shared.arn is not None and arn in (shared.arn, ""):
            request = self._top(type_)
            _report(request)
            return request
        return LoadBalancerRequest(
            id=self._id(arn, port.service) if arn else f"Existing{USUAL_IDS[type_]}",
            type=type_,
            asked=asked.model_copy(update={"arn": arn}),
            spot=spot / TOP_KEY if own else self.findings.at(TOP_KEY),
            behind=spot,
        )

    def _shared(self, type_: LoadBalancerType) -> AwsLoadBalancer:
        """Use what the top level says, if it is about load balancers of this type.

        One that is given, of an unknown type, is an application one unless no port can use that.
        """
        networked = self.types == {LoadBalancerType.NETWORK}
        given = LoadBalancerType.NETWORK if networked else LoadBalancerType.APPLICATION
        about = type_said(self.shared) or (given if self.shared.arn else type_)
        if self.shared.arn == UNPUBLISHED or about is not type_:
            return NO_LOAD_BALANCER
        return self.shared

    @property
    def _either_type(self) -> bool:
        return self.shared.type not in [*LoadBalancerType]

    def _id(self, arn: Value, service: str) -> str:
        """Name an existing load balancer by its own name, so that ports can share it."""
        if arn == "":
            return self.names.service(service, "LoadBalancer")
        found = read(arn)
        name = found.resource.split("/")[-2] if found and found.resource.count("/") > 1 else arn
        text = name if isinstance(name, str) else comparable(name)
        return stem(text)[:LONGEST_NAME] + "LoadBalancer"


def _load_balancer_of(listener: Value | None) -> Value:
    """Return the ARN of the load balancer of a listener; empty if it is unknown."""
    arn = read(listener)
    if arn is None or not arn.resource.startswith("listener/") or type_in(arn) is None:
        return ""
    way = arn.resource.split("/")[1:-1]
    return str(arn._replace(resource="/".join(["loadbalancer", *way])))


def _report(request: LoadBalancerRequest) -> None:
    """Report settings of a load balancer that are not valid or have no effect."""
    asked = request.asked
    known = "names are made of it, so it cannot be a function"
    if asked.type and asked.type not in [*LoadBalancerType]:
        request.at("type").error("balancer-type", f"must be {listed(LoadBalancerType)}; {known}")
    if asked.scheme and asked.scheme not in SCHEMES:
        request.at("scheme").error("balancer-scheme", f"must be {listed(SCHEMES)}; {known}")
    if asked.type and read(asked.arn) and type_said(asked) != asked.type:
        shown = request.at("type").shown(asked.type)
        about = f"the ARN is not that of a load balancer of the type {shown}"
        request.at("type").error("balancer-type", about)
    for key in ("scheme", "subnets", "attributes", "ingress"):
        if asked.arn is not None and dict(asked)[key] is not None:
            about = "the load balancer is given, so this has no effect"
            request.at(key).warn("balancer-fixed", about)
