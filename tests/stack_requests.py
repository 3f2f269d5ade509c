"""What CloudFormation asks of AWS while the simulator creates, updates and deletes a stack.

Each call for a resource becomes the requests whose permissions IAM checks: the action on its
resource, the tags that it sets, and the roles that it hands on. What the simulator looks at to
refuse what AWS would refuse is not a call of CloudFormation: `LOOKS` lists that.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from typing import NamedTuple
from unittest.mock import patch

from compose2cfn.policy import Grants, Reach, deployment_grants
from compose2cfn.testing import read_template
from tests.iam import Document, Request, allows
from tests.simulator import Submission
from tests.simulator.account import ACCOUNT_ID, PARTITION, Answer
from tests.simulator.resources.base import Resource
from tests.simulator.template import Properties

REGION = "us-east-1"
PREFIXES = {"efs": "elasticfilesystem", "elbv2": "elasticloadbalancing"}
"""The prefixes of actions where they are not the names of clients."""

_BALANCING = "elasticloadbalancing:Describe*"
LOOKS: Mapping[str, tuple[str, ...]] = {
    "AWS::EC2::SecurityGroup": ("elasticfilesystem:Describe*", _BALANCING),
    "AWS::ECS::CapacityProvider": (
        "ec2:Describe*",
        "ecs:DescribeClusters",
        "ecs:DescribeServices",
        "ecs:List*",
        "iam:GetRole",
    ),
    "AWS::ECS::Cluster": ("ecs:DescribeServices", "ecs:ListServices"),
    "AWS::ECS::ClusterCapacityProviderAssociations": ("ecs:DescribeServices", "ecs:ListServices"),
    "AWS::ECS::Service": (
        "autoscaling:Describe*",
        "ec2:Describe*",
        "ecs:DescribeCapacityProviders",
        "ecs:DescribeClusters",
        "ecs:DescribeTaskDefinition",
        "ecs:ListServices",
        "elasticfilesystem:Describe*",
        _BALANCING,
        "servicediscovery:GetService",
    ),
    "AWS::ElasticLoadBalancingV2::Listener": (_BALANCING,),
    "AWS::ElasticLoadBalancingV2::ListenerRule": (_BALANCING,),
    "AWS::ServiceDiscovery::Service": ("servicediscovery:ListInstances",),
}
"""What the simulator looks at in the place of the services of AWS, by type."""

_TAGGING = {
    "application-autoscaling": "application-autoscaling:TagResource",
    "autoscaling": "autoscaling:CreateOrUpdateTags",
    "ec2": "ec2:CreateTags",
    "ecs": "ecs:TagResource",
    "elasticfilesystem": "elasticfilesystem:TagResource",
    "elasticloadbalancing": "elasticloadbalancing:AddTags",
    "iam": "iam:TagRole",
    "logs": "logs:TagResource",
    "secretsmanager": "secretsmanager:TagResource",
    "servicediscovery": "servicediscovery:TagResource",
}
"""What a call with tags needs as well."""

_TARGETS: Mapping[str, tuple[str, ...]] = {
    "application-autoscaling:Describe*": (),
    "application-autoscaling:*": ("scalable-target/1ec2",),
    "autoscaling:Describe*": (),
    "autoscaling:*": ("autoScalingGroup:f00d:autoScalingGroupName/{AutoScalingGroupName}",),
    "ec2:Describe*": (),
    "ec2:CreateSecurityGroup": ("security-group/sg-new", "vpc/{VpcId}"),
    "ec2:AuthorizeSecurityGroup*": ("security-group/{GroupId}", "security-group-rule/sgr-new"),
    "ec2:*SecurityGroup*": ("security-group/{GroupId}",),
    "ec2:CreateLaunchTemplate": ("launch-template/lt-new",),
    "ec2:*LaunchTemplate*": ("launch-template/{LaunchTemplateId}",),
    "ecs:RegisterTaskDefinition": ("task-definition/{family}:1",),
    "ecs:*TaskDefinition": (),
    "ecs:CreateCapacityProvider": (),
    "ecs:DescribeCapacityProviders": (),
    "ecs:CreateCluster": ("cluster/{clusterName}",),
    "ecs:*Cluster*": ("cluster/{cluster}",),
    "ecs:*CapacityProvider": ("capacity-provider/{capacityProvider}",),
    "ecs:UpdateCapacityProvider": ("capacity-provider/{name}",),
    "ecs:DescribeServices": ("service/{cluster}/{services}",),
    "ecs:CreateService": ("service/{cluster}/{serviceName}",),
    "ecs:*Service": ("{service}",),
    "elasticfilesystem:CreateFileSystem": (),
    "elasticfilesystem:DescribeFileSystems": (),
    "elasticfilesystem:DeleteAccessPoint": ("access-point/{AccessPointId}",),
    "elasticfilesystem:*": ("file-system/{FileSystemId}",),
    "elasticloadbalancing:Describe*": (),
    "elasticloadbalancing:CreateLoadBalancer": ("loadbalancer/app/{Name}/1d",),
    "elasticloadbalancing:CreateTargetGroup": ("targetgroup/{Name}/1d",),
    "elasticloadbalancing:*LoadBalancer*": ("{LoadBalancerArn}",),
    "elasticloadbalancing:*TargetGroup*": ("{TargetGroupArn}",),
    "elasticloadbalancing:SetS*": ("{LoadBalancerArn}",),
    "elasticloadbalancing:CreateListener": ("{LoadBalancerArn}",),
    "elasticloadbalancing:*Listener*": ("{ListenerArn}",),
    "elasticloadbalancing:CreateRule": ("{ListenerArn}",),
    "elasticloadbalancing:*Rule": ("{RuleArn}",),
    "iam:*InstanceProfile": ("instance-profile/{InstanceProfileName}",),
    "iam:*Rol*": ("role/{RoleName}",),
    "logs:*": ("log-group:{logGroupName}", "log-group:{logGroupName}:*"),
    "secretsmanager:GetRandomPassword": (),
    "secretsmanager:CreateSecret": ("secret:{Name}-AbCdEf",),
    "secretsmanager:*": ("{SecretId}",),
    "servicediscovery:CreatePrivateDnsNamespace": (),
    "servicediscovery:GetOperation": (),
    "servicediscovery:List*": (),
    "servicediscovery:CreateService": ("service/srv-new", "namespace/{NamespaceId}"),
    "servicediscovery:*Namespace": ("namespace/{Id}",),
    "servicediscovery:*Service": ("service/{Id}",),
    "servicediscovery:*Instance": ("service/{ServiceId}",),
}
"""What an action is about, with what its call says; the first match counts."""

_TAGGED: Mapping[str, str] = {
    "ecs:CreateCapacityProvider": "capacity-provider/{name}",
    "elasticfilesystem:CreateFileSystem": "file-system/fs-new",
    "elasticfilesystem:CreateAccessPoint": "access-point/fsap-new",
    "elasticloadbalancing:CreateListener": "listener/app/{Name}/1d/2d",
}
"""What is tagged, where that is not what the action is about."""


class Call(NamedTuple):
    """A call of the API for a resource."""

    resource: Resource
    action: str
    arguments: Properties

    def is_look(self) -> bool:
        """Tell whether it is one by which the simulator looks at something."""
        looks = LOOKS.get(self.resource.type, ())
        return any(fnmatchcase(self.action, each) for each in looks)

    def requests(self) -> Iterator[Request]:
        """List the requests whose permissions are checked."""
        context = {"iam:PolicyARN": self.arguments.get("PolicyArn", ""), **self._tags()}
        about = next(each for name, each in _TARGETS.items() if fnmatchcase(self.action, name))
        for target in about or ("*",):
            yield Request(self.action, self._arn(target), context)
        if {"tags", "Tags", "TagSpecifications"} & self.arguments.keys():
            tagged = _TAGGED.get(self.action, (about or ("*",))[0])
            yield Request(_TAGGING[self._service], self._arn(tagged), context)
        yield from self._passing()

    def _tags(self) -> Mapping[str, str]:
        """Return the tags of the resource, as conditions see them."""
        return {
            f"aws:ResourceTag/{tag['Key']}": tag["Value"]
            for name in ("Tags", "FileSystemTags", "AccessPointTags")
            for tag in self.resource.properties.get(name, [])
        }

    @property
    def _service(self) -> str:
        return self.action.partition(":")[0]

    def _passing(self) -> Iterator[Request]:
        """List the roles that are handed on."""
        passed: Mapping[str, tuple[str, str]] = {
            "executionRoleArn": ("ecs:RegisterTaskDefinition", "ecs-tasks.amazonaws.com"),
            "taskRoleArn": ("ecs:RegisterTaskDefinition", "ecs-tasks.amazonaws.com"),
            "RoleName": ("iam:AddRoleToInstanceProfile", "ec2.amazonaws.com"),
        }
        for name, (action, service) in passed.items():
            if action == self.action and name in self.arguments:
                role = self.arguments[name].rpartition("/")[2]
                yield _pass(role, service)
        managed = self.resource.properties.get("ManagedInstancesProvider", {})
        if self.action == "ecs:CreateCapacityProvider" and managed:
            role = managed["InfrastructureRoleArn"].rpartition("/")[2]
            yield _pass(role, "ecs.amazonaws.com")

    def _arn(self, target: str) -> str:
        if target == "*":
            return target
        known = {**self.resource.properties, **self.arguments}
        filled = target.format(**{name: _text(name, value) for name, value in known.items()})
        if filled.startswith("arn:"):
            return filled
        region = "" if self._service == "iam" else REGION
        return f"arn:{PARTITION}:{self._service}:{region}:{ACCOUNT_ID}:{filled}"


def _pass(role: str, service: str) -> Request:
    arn = f"arn:{PARTITION}:iam::{ACCOUNT_ID}:role/{role}"
    return Request("iam:PassRole", arn, {"iam:PassedToService": service})


def _text(name: str, value: object) -> str:
    """Write what a call says as it is in ARNs: a name where a cluster may be given by ARN."""
    match value:
        case [str(first), *_]:
            return _text(name, first)
        case str() if name in {"cluster", "services"}:
            return value.rpartition("/")[2]
    return str(value)


@contextmanager
def calls_noted() -> Iterator[list[Call]]:
    """Note what is called for resources of stacks."""
    noted: list[Call] = []
    call = Resource.call

    def note(self: Resource, service: str, operation: str, **arguments: object) -> Answer:
        action = f"{PREFIXES.get(service, service)}:{operation}"
        noted.append(Call(self, action, self.spell(service, operation, **arguments)))
        return call(self, service, operation, **arguments)

    with patch.object(Resource, "call", note):
        yield noted


HERE = Reach(region=REGION, account=ACCOUNT_ID, stack="demo")
"""Where the simulator deploys."""


def granted(submission: Submission, reach: Reach = HERE) -> Grants:
    """Write the policies for a template with its values."""
    return deployment_grants(content(submission), reach, values=submission.parameters)


def content(submission: Submission) -> Mapping[str, object]:
    """Read the template that is sent."""
    body = read_template(submission.text)
    assert isinstance(body, dict)
    return body


def unauthorized(calls: Iterable[Call], *submissions: Submission) -> list[str]:
    """List what the policies of all versions of a stack do not allow of its calls."""
    noted = [*calls]
    assert noted
    documents = [each for one in submissions for each in granted(one).service_role]
    return refused(noted, documents)


def refused(calls: Iterable[Call], documents: Iterable[Document]) -> list[str]:
    """List the requests of calls that policies do not allow."""
    policies = [*documents]
    kinds = _network_balancers(calls)
    requests = {
        (each.resource.type, request.action, _corrected(request.resource, kinds)): request
        for each in calls
        if not each.is_look()
        for request in each.requests()
    }
    return [
        f"{kind}: {action} on {arn}"
        for (kind, action, arn), request in sorted(requests.items())
        if not allows(policies, request._replace(resource=arn))
    ]


def _network_balancers(calls: Iterable[Call]) -> set[str]:
    """Name the network load balancers of stacks, which moto takes for application ones."""
    return {
        each.arguments["Name"]
        for each in calls
        if each.action.endswith(":CreateLoadBalancer") and each.arguments.get("Type") == "network"
    }


def _corrected(arn: str, network: set[str]) -> str:
    """Let ARNs of what belongs to network load balancers say so."""
    for name in network:
        arn = arn.replace(f"/app/{name}/", f"/net/{name}/")
    return arn
