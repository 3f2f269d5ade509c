"""What a file says about a port for AWS: read once, so that each question has one answer.

Whether it uses HTTP, whether it uses TLS, which type of load balancer supports its protocol.
"""

from compose2cfn.findings import Spot
from compose2cfn.model.aws import AwsLoadBalancer, AwsRoute
from compose2cfn.model.frozen import Record
from compose2cfn.model.project import Project
from compose2cfn.model.service import Port
from compose2cfn.plan.publishing.load_balancer_types import LoadBalancerType, type_said
from compose2cfn.plan.terms.values import Value

_HTTP = frozenset({"grpc", "h2c", "http", "http2", "https", "ws", "wss"})
_STREAMS = frozenset({"tcp", "tls", "udp"})
_OF_LISTENERS = frozenset({"http", "https"}) | _STREAMS
"""The protocols between a load balancer and clients."""
_HTTP2 = frozenset({"grpc", "h2c", "http2"})
_OVER_TLS = frozenset({"grpc", "h2c", "http2", "https", "tls", "wss"})
"""What uses TLS: AWS sends HTTP/2 and gRPC only to the targets of HTTPS listeners."""


class PortDefaults(Record):
    """What the top level says about the ports of all services."""

    load_balancer: AwsLoadBalancer | None
    ingress: tuple[Value, ...] | None

    @classmethod
    def read(cls, project: Project) -> "PortDefaults":
        """Read what the top level says."""
        return cls(load_balancer=project.x_aws_loadbalancer, ingress=project.x_aws_ingress)


class PortSettings(Record):
    """The ``x-aws-*`` keys of a port, and what its other keys say of protocols, in lower case."""

    protocol: str
    """The protocol between clients and the load balancer; empty if the file does not say."""
    app_protocol: str
    """The protocol of the service itself; empty if the file does not say."""
    transport: str
    """``tcp`` or ``udp``; anything else is a finding."""
    certificates: tuple[Value, ...]
    """What clients are presented with; an empty one is left to a parameter."""
    ingress: tuple[Value, ...] | None
    listener: Value | None
    """An existing listener; an empty one is left to a parameter."""
    load_balancer: AwsLoadBalancer | None
    redirect: str | None
    route: AwsRoute | None
    target_group: Value | None
    """An existing target group; an empty one is left to a parameter."""

    @classmethod
    def read(cls, port: Port) -> "PortSettings":
        """Read what the file says about a port."""
        certificates, redirect = port.x_aws_certificate, port.x_aws_redirect
        return cls(
            protocol=(port.x_aws_protocol or "").lower(),
            app_protocol=port.app_protocol.lower(),
            transport=port.protocol.lower(),
            certificates=() if certificates is None else certificates or ("",),
            ingress=port.x_aws_ingress,
            listener=port.x_aws_listener,
            load_balancer=port.x_aws_loadbalancer,
            redirect=None if redirect is None else redirect.lower(),
            route=port.x_aws_route,
            target_group=port.x_aws_target_group,
        )

    @property
    def client_protocol(self) -> str:
        """The protocol of clients, if anything says which."""
        return self.protocol or self.app_protocol

    @property
    def tls(self) -> bool:
        """Whether clients use TLS with the load balancer."""
        return bool(self.certificates) or self.client_protocol in _OVER_TLS

    @property
    def http2(self) -> bool:
        """Whether the port speaks HTTP/2 itself."""
        return self.app_protocol in _HTTP2

    @property
    def published_on_purpose(self) -> bool:
        """Whether the file says something that makes sense only for a port that clients reach."""
        return (
            self.protocol != ""
            or self.app_protocol in _HTTP
            or self._tells_http
            or self.listener is not None
            or self.target_group is not None
        )

    @property
    def load_balancer_type(self) -> LoadBalancerType | None:
        """The type of load balancer that supports the protocol, if anything says which."""
        requested = self._requested_type
        if self.protocol:
            return _type_for(self.protocol)
        if requested:
            return requested
        if self.app_protocol in _HTTP | _STREAMS:
            return _type_for(self.app_protocol)
        if self._tells_http or (self.target_group is not None and self.transport == "tcp"):
            return LoadBalancerType.APPLICATION
        return LoadBalancerType.NETWORK if self.app_protocol else None

    def report(self, spot: Spot, transport: str) -> None:
        """Report what does not fit together; ``transport`` is that of the port as written."""
        if self.protocol not in _OF_LISTENERS | {""}:
            here = spot / "x-aws-protocol"
            here.error(
                "port-speech",
                f"{here.shown(self.protocol)!r} is not a valid protocol; write http, https, tcp, "
                "tls or udp",
            )
        found, requested = self.load_balancer_type, self._requested_type
        if found and requested not in {None, found}:
            spot.error(
                "balancer-kind",
                f"the protocol of this port needs a load balancer of the type {found}, and this "
                f"one is of the type {requested}; change one of them",
            )
        http = found is LoadBalancerType.APPLICATION
        needed = "tcp" if http or self.protocol in {"", "tls"} else self.protocol
        known = self.protocol in _OF_LISTENERS if self.protocol else http
        if known and needed != self.transport:
            spoken = self.protocol or "HTTP"
            about = f"{spoken} is for {needed} ports, and this one is {transport}; change either"
            spot.error("port-speech", about)

    @property
    def _requested_type(self) -> LoadBalancerType | None:
        return type_said(self.load_balancer, self.listener)

    @property
    def _tells_http(self) -> bool:
        """Whether there is a key that implies HTTP where no protocol is written."""
        return bool(self.certificates or self.route or self.redirect)


def _type_for(protocol: str) -> LoadBalancerType:
    return LoadBalancerType.APPLICATION if protocol in _HTTP else LoadBalancerType.NETWORK
