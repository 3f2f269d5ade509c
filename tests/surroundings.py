"""What is around a stack: the VPC, cluster, load balancer and so on that it is deployed into.

A template names such things by parameter, or by ids and ARNs that were written into the Compose
file. moto gives ids of its own: so each id that a template names is made once, and its name in
the template replaced.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import count

from moto.elbv2.models import elbv2_backends

from tests.simulator import Submission
from tests.simulator.account import ACCOUNT_ID, Account, Answer
from tests.simulator.intrinsics import Scope, Unknown
from tests.simulator.parameters import Parameters
from tests.simulator.resources import Site
from tests.simulator.stacks import Version
from tests.simulator.template import Declaration, Properties, parse

ZONES = ("us-east-1a", "us-east-1b", "us-east-1c")
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


@dataclass
class Surroundings:
    """Things outside the stack, made when something asks for them."""

    account: Account = field(default_factory=Account)
    _made: dict[str, str] = field(default_factory=dict)
    _serial: "count[int]" = field(default_factory=lambda: count(1))

    def call(self, service: str, operation: str, **arguments: object) -> Answer:
        """Call the API."""
        return self.account.call(service, operation, arguments)

    def once(self, name: str, make: Callable[[], str]) -> str:
        """Make a thing at its first mention."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    def vpc(self) -> str:
        """Return the VPC, which has an internet gateway."""
        return self.once("the VPC", self._make_vpc)

    def _make_vpc(self) -> str:
        vpc = str(self.call("ec2", "CreateVpc", CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])
        gateway = self.call("ec2", "CreateInternetGateway")["InternetGateway"]["InternetGatewayId"]
        self.call("ec2", "AttachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
        return vpc

    def subnet(self, name: str) -> str:
        """Return a subnet; each one with another name is in the next zone."""
        return self.once(f"subnet {name}", self._make_subnet)

    def _make_subnet(self) -> str:
        number = sum(name.startswith("subnet ") for name in self._made)
        made = self.call(
            "ec2",
            "CreateSubnet",
            VpcId=self.vpc(),
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=ZONES[number % len(ZONES)],
        )
        return str(made["Subnet"]["SubnetId"])

    def subnets(self) -> list[str]:
        """Return a subnet in each zone."""
        return [self.subnet(f"Subnet{number}Id") for number, _ in enumerate(ZONES, 1)]

    def group(self, name: str) -> str:
        """Return a security group."""

        def make() -> str:
            made = self.call(
                "ec2", "CreateSecurityGroup", GroupName=name, Description=name, VpcId=self.vpc()
            )
            return str(made["GroupId"])

        return self.once(f"group {name}", make)

    def cluster(self, name: str) -> str:
        """Return the ARN of a cluster that knows Fargate's capacity providers."""

        def make() -> str:
            providers = ["FARGATE", "FARGATE_SPOT"]
            made = self.call("ecs", "CreateCluster", ClusterName=name, CapacityProviders=providers)
            return str(made["cluster"]["clusterArn"])

        return self.once(f"cluster {name}", make)

    def load_balancer(self, kind: str, name: str) -> str:
        """Return the ARN of a load balancer: kind is ``application`` or ``network``."""

        def make() -> str:
            made = self.call(
                "elbv2",
                "CreateLoadBalancer",
                Name=f"{kind[:3]}-{next(self._serial)}",
                Type=kind,
                Subnets=self.subnets(),
                SecurityGroups=[self.group("existing balancer")],
            )
            arn = str(made["LoadBalancers"][0]["LoadBalancerArn"])
            return arn if kind == "application" else self._as_network(arn)

        return self.once(f"{kind} balancer {name}", make)

    def _as_network(self, arn: str) -> str:
        """Let the ARN of a load balancer say what it is: moto calls all of them applications."""
        known = elbv2_backends[ACCOUNT_ID][self.account.region].load_balancers
        balancer = known.pop(arn)
        balancer.arn = arn.replace("loadbalancer/app/", "loadbalancer/net/")
        known[balancer.arn] = balancer
        return str(balancer.arn)

    def target_group(self, name: str) -> str:
        """Return the ARN of a target group that a load balancer serves."""

        def make() -> str:
            made = self.call(
                "elbv2",
                "CreateTargetGroup",
                Name=f"existing-{next(self._serial)}",
                Port=80,
                Protocol="HTTP",
                TargetType="ip",
                VpcId=self.vpc(),
            )
            arn = str(made["TargetGroups"][0]["TargetGroupArn"])
            self._listen(arn, 8000 + next(self._serial))
            return arn

        return self.once(f"target group {name}", make)

    def listener(self, name: str) -> str:
        """Return the ARN of a listener."""
        actions = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
        port = 9000 + next(self._serial)
        return self.once(f"listener {name}", lambda: self._make_listener(port, actions))

    def _listen(self, group: str, port: int) -> None:
        self._make_listener(port, [{"Type": "forward", "TargetGroupArn": group}])

    def _make_listener(self, port: int, actions: list[Properties]) -> str:
        made = self.call(
            "elbv2",
            "CreateListener",
            LoadBalancerArn=self.load_balancer("application", "existing"),
            Port=port,
            Protocol="HTTP",
            DefaultActions=actions,
        )
        return str(made["Listeners"][0]["ListenerArn"])

    def file_system(self, name: str) -> str:
        """Return the id of a file system with a mount target in each zone."""

        def make() -> str:
            made = self.call("efs", "CreateFileSystem", CreationToken=f"token-{name}"[-64:])
            group = self.once("group of file systems", self._nfs_group)
            for subnet in self.subnets():
                self.call(
                    "efs",
                    "CreateMountTarget",
                    FileSystemId=made["FileSystemId"],
                    SubnetId=subnet,
                    SecurityGroups=[group],
                )
            return str(made["FileSystemId"])

        return self.once(f"file system {name}", make)

    def _nfs_group(self) -> str:
        """Make a security group that admits all addresses of the VPC to file systems."""
        group = self.group("existing file system")
        admitted = {
            "IpProtocol": "tcp",
            "FromPort": 2049,
            "ToPort": 2049,
            "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
        }
        self.call("ec2", "AuthorizeSecurityGroupIngress", GroupId=group, IpPermissions=[admitted])
        return group

    def secret(self, name: str) -> str:
        """Return the ARN of a secret."""

        def make() -> str:
            made = self.call("secretsmanager", "CreateSecret", Name=name, SecretString="{}")
            return str(made["ARN"])

        return self.once(f"secret {name}", make)

    def certificate(self, name: str) -> str:
        """Return the ARN of a certificate."""

        def make() -> str:
            made = self.call("acm", "RequestCertificate", DomainName="example.com")
            return str(made["CertificateArn"])

        return self.once(f"certificate {name}", make)

    def block(self, name: str) -> str:
        """Return a block of addresses."""
        return self.once(f"block {name}", lambda: f"198.51.{next(self._serial)}.0/24")

    def namespace(self) -> str:
        """Return a name that no namespace has."""
        return f"shop-{next(self._serial)}.internal"

    def role(self, name: str) -> str:
        """Return the ARN of a role."""

        def make() -> str:
            made = self.call(
                "iam", "CreateRole", RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST)
            )
            return str(made["Role"]["Arn"])

        return self.once(f"role {name}", make)

    def renew_load_balancers(self) -> None:
        """Let the next stack find other load balancers and listeners than the last one."""
        shared = ("balancer", "listener", "target group")
        self._made = {
            name: made
            for name, made in self._made.items()
            if name.startswith("group ") or not any(word in name for word in shared)
        }

    def submission(self, text: str) -> Submission:
        """Make what a template asks for; return it and the parameter values to deploy it with."""
        for mention, make in MENTIONS:
            for name in sorted(set(mention.findall(text))):
                text = text.replace(name, make(self, name))
        template = parse(text)
        values = {
            name: self._parameter(name, entry)
            for name, entry in template.parameters.items()
            if entry.get("Default", "") == ""
        }
        defaults = {name: entry.get("Default") for name, entry in template.parameters.items()}
        site = Site(self.account, "demo", self.account.arn("cloudformation", "stack/demo/0-0"))
        scope = Version(template, Parameters({}, {**defaults, **values}, frozenset()), {}).scope(
            site, lambda name, attribute: Unknown(f"{name}.{attribute}")
        )
        for declaration in template.declarations.values():
            if declaration.type == "AWS::ECS::Service":
                self._make_places(declaration, scope)
        return Submission(text, values)

    def _make_places(self, service: Declaration, scope: Scope) -> None:
        """Make the cluster and the capacity providers that a service names."""
        cluster = scope.value(service.properties["Cluster"])
        if isinstance(cluster, Unknown) or not isinstance(cluster, str):
            return
        if not cluster.startswith("arn:"):
            self.cluster(cluster)
        strategy = service.properties.get("CapacityProviderStrategy", [])
        for provider in [item["CapacityProvider"] for item in strategy]:
            if isinstance(provider, str) and not provider.startswith("FARGATE"):
                self.once(f"provider {provider}", partial(self._make_provider, provider, cluster))

    def _make_provider(self, name: str, cluster: str) -> str:
        group = self.account.arn("autoscaling", f"autoScalingGroup:0:autoScalingGroupName/{name}")
        self.call(
            "ecs",
            "CreateCapacityProvider",
            Name=name,
            AutoScalingGroupProvider={"AutoScalingGroupArn": group},
        )
        self.call(
            "ecs",
            "PutClusterCapacityProviders",
            Cluster=cluster,
            CapacityProviders=["FARGATE", "FARGATE_SPOT", name],
            DefaultCapacityProviderStrategy=[],
        )
        return name

    def _parameter(self, name: str, entry: Properties) -> str:
        for pattern, make in PARAMETERS:
            if re.fullmatch(pattern, f"{entry['Type']} {name}"):
                return make(self, name)
        return str(entry.get("AllowedValues", [entry.get("Default", "")])[0])


Maker = Callable[[Surroundings, str], str]

_ARN = r"arn:aws[a-z-]*:{}:[a-z0-9-]*:[0-9]*:"

MENTIONS: tuple[tuple[re.Pattern[str], Maker], ...] = tuple(
    (re.compile(pattern), make)
    for pattern, make in (
        (r"\bvpc-[0-9a-f]+\b", lambda around, _: around.vpc()),
        (r"\bsubnet-[0-9a-f]+\b", Surroundings.subnet),
        (r"\bsg-[0-9a-f]+\b", Surroundings.group),
        (r"\bfs-[0-9a-f]+\b", Surroundings.file_system),
        (_ARN.format("ecs") + r"cluster/[\w-]+", lambda a, arn: a.cluster(arn.rsplit("/", 1)[1])),
        (
            _ARN.format("elasticloadbalancing") + r"loadbalancer/app/[\w/-]+",
            lambda around, arn: around.load_balancer("application", arn),
        ),
        (
            _ARN.format("elasticloadbalancing") + r"loadbalancer/net/[\w/-]+",
            lambda around, arn: around.load_balancer("network", arn),
        ),
        (_ARN.format("elasticloadbalancing") + r"targetgroup/[\w/-]+", Surroundings.target_group),
        (_ARN.format("elasticloadbalancing") + r"listener/[\w/-]+", Surroundings.listener),
        (_ARN.format("acm") + r"certificate/[\w-]+", Surroundings.certificate),
        # What other stacks export is named after what it is.
        (r"!ImportValue [\w-]+-vpc\b", lambda around, _: around.vpc()),
        (r"!ImportValue [\w-]+-subnet\b", Surroundings.subnet),
        (r"!ImportValue [\w-]+-balancer-group\b", Surroundings.group),
        (
            r"!ImportValue [\w-]+-balancer\b",
            lambda around, name: around.load_balancer("application", name),
        ),
        (r"!ImportValue [\w-]+-block\b", Surroundings.block),
        (r"!ImportValue [\w-]+-certificate\b", Surroundings.certificate),
        (r"!ImportValue [\w-]+-filesystem\b", Surroundings.file_system),
        (r"!ImportValue [\w-]+-secret\b", Surroundings.secret),
        (r"!ImportValue [\w-]+-host\b", lambda _, name: f"{name[13:]}.example.com"),
    )
)
"""How a template names things outside of it, and how each is made from its name."""

PARAMETERS: tuple[tuple[str, Maker], ...] = (
    (r"AWS::EC2::VPC::Id \w+", lambda around, _: around.vpc()),
    (r"AWS::EC2::Subnet::Id \w+", Surroundings.subnet),
    (r"AWS::EC2::SecurityGroup::Id \w+", Surroundings.group),
    (r"String \w*Cluster\w*", lambda around, _: around.cluster("existing").rsplit("/", 1)[1]),
    (r"String \w+ModelUrl", lambda _, name: f"https://{name.lower()}.example.com/v1"),
    (r"String NetworkLoadBalancerArn", lambda a, name: a.load_balancer("network", name)),
    (r"String \w*LoadBalancerArn", lambda a, name: a.load_balancer("application", name)),
    (r"String \w*IngressCidr", lambda _, __: "203.0.113.0/24"),
    (r"String NamespaceName", lambda around, _: around.namespace()),
    (r"String \w*TargetGroup\w*", Surroundings.target_group),
    (r"String \w*Listener\w*", Surroundings.listener),
    (r"String \w*Certificate\w*", Surroundings.certificate),
    (r"String \w*(Secret|Credentials)\w*Arn", Surroundings.secret),
    (r"String \w*FilesystemId", Surroundings.file_system),
    (r"String \w*Role\w*", Surroundings.role),
    (r"String \w*Image", lambda _, name: f"example.com/{name.lower()}:1"),
    (r"String \w*SecretValue", lambda _, name: f"the value of {name}"),
)
"""Values of parameters that have no default, by type and name."""
