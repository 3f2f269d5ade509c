"""Which resources an action of IAM is about: the ARNs in a policy.

What each action is about is in the service authorization reference, a page for each service, such
as https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
"""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from compose2cfn.policy import resource_types as types
from compose2cfn.policy.balancers import (
    balancers_of_listeners,
    listener_rules,
    listeners_with,
    own_balancers,
    own_listeners,
    own_target_groups,
)
from compose2cfn.policy.deployed import Deployed, Thing, condensed
from compose2cfn.policy.patterns import values_at
from compose2cfn.policy.reach import ANY
from compose2cfn.policy.roles import instance_profiles, own_roles, roles_of_tasks

_LONGEST_STACK = 128


def _each(service: str, resource: str) -> Thing:
    """Reach all things of a kind: their ids are made by AWS, and say nothing of the stack."""

    def found(deployed: Deployed) -> Iterable[str]:
        return [deployed.reach.arn(service, resource)]

    return found


def _named(service: str, resource: str, kind: str, by: str) -> Thing:
    """Reach the things of the stack, by names that CloudFormation makes."""

    def found(deployed: Deployed) -> Iterable[str]:
        names = deployed.names(kind, by, _LONGEST_STACK)
        return [deployed.reach.arn(service, f"{resource}{name}") for name in names]

    return found


def _ids(service: str, resource: str, *places: tuple[str, str]) -> Thing:
    """Reach the things whose ids are at places of the template, as far as they are known."""

    def found(deployed: Deployed) -> Iterable[str]:
        ids = condensed(text for kind, path in places for text in deployed.texts(kind, path))
        return [deployed.reach.arn(service, f"{resource}/{id_}") for id_ in ids]

    return found


def _cluster_name(deployed: Deployed, value: object) -> str:
    """Write a pattern for the name of a cluster that is given by name, ARN or reference."""
    if deployed.target(value) is None:
        return deployed.text(value).rpartition("/")[2]
    return deployed.name(
        deployed.made(types.ECS_CLUSTER, value) or {}, "ClusterName", _LONGEST_STACK
    )


_USES = (
    ("AWS::ECS::Service", "Cluster"),
    ("AWS::ECS::ClusterCapacityProviderAssociations", "Cluster"),
    ("AWS::ECS::CapacityProvider", "ClusterName"),
)


def _clusters(deployed: Deployed) -> Iterable[str]:
    """Reach the clusters that the stack makes, and those that it uses."""
    own = deployed.names(types.ECS_CLUSTER, "ClusterName", _LONGEST_STACK)
    used = [value for kind, path in _USES for _, value in deployed.at(kind, path)]
    names = condensed([*own, *(_cluster_name(deployed, value) for value in used)])
    return [deployed.reach.arn("ecs", f"cluster/{name}") for name in names]


def _in_clusters(resource: str, below: str = "") -> Thing:
    """Reach services in their clusters, or what belongs to them."""

    def found(deployed: Deployed) -> Iterable[str]:
        for _, properties in deployed.of("AWS::ECS::Service"):
            name = deployed.name(properties, "ServiceName", _LONGEST_STACK)
            for cluster in values_at(properties, "Cluster"):
                path = f"{_cluster_name(deployed, cluster)}/{name}{below}"
                yield deployed.reach.arn("ecs", f"{resource}/{path}")

    return found


def _families(deployed: Deployed) -> Iterable[str]:
    """Reach task definitions; without a family, its name begins with that of the stack."""
    for _, properties in deployed.of("AWS::ECS::TaskDefinition"):
        found = [deployed.of_stack(deployed.text(each)) for each in values_at(properties, "Family")]
        for family in found or [f"{deployed.reach.stack}{ANY}"]:
            revisions = "" if family.endswith(ANY) else ":*"
            yield deployed.reach.arn("ecs", f"task-definition/{family}{revisions}")


def _log_groups(deployed: Deployed) -> Iterable[str]:
    """Reach log groups: with and without the ending that their ARNs have."""
    for name in deployed.names("AWS::Logs::LogGroup", "LogGroupName", _LONGEST_STACK):
        arn = deployed.reach.arn("logs", f"log-group:{name}")
        yield from (arn,) if name.endswith(ANY) else (arn, f"{arn}:*")


def _secrets(deployed: Deployed) -> Iterable[str]:
    """Reach secrets: without a name, it is the logical id with an ending; ARNs have one more."""
    for id_, properties in deployed.of(types.SECRETS_MANAGER_SECRET):
        given = [f"{deployed.text(each)}-??????" for each in values_at(properties, "Name")]
        for name in given or [f"{id_}-*"]:
            yield deployed.reach.arn("secretsmanager", f"secret:{name}")


def _keys(*places: tuple[str, str]) -> Thing:
    """Reach keys of KMS that are given by ARN or id; behind an alias may be any."""

    def found(deployed: Deployed) -> Iterable[str]:
        for kind, path in places:
            for text in deployed.texts(kind, path):
                by_id = text if ":" not in text and "/" not in text else ANY
                known = ":key/" in text
                yield text if known else deployed.reach.arn("kms", f"key/{by_id}")

    return found


_POINT = "AWS::EFS::AccessPoint"
_GROUP = "AWS::EC2::SecurityGroup"
_INGRESS = "AWS::EC2::SecurityGroupIngress"

_CAPACITY = _named(
    "autoscaling",
    "autoScalingGroup:*:autoScalingGroupName/",
    types.AUTO_SCALING_GROUP,
    "AutoScalingGroupName",
)
_SERVICES = _in_clusters("service")
_TARGETS = _each("application-autoscaling", "scalable-target/*")
_NAMESPACES = _ids("servicediscovery", "namespace", (types.CLOUD_MAP_SERVICE, "NamespaceId"))
_ENTRIES = _each("servicediscovery", "service/*")
_SYSTEMS = _ids(
    "elasticfilesystem",
    "file-system",
    (_POINT, "FileSystemId"),
    (types.EFS_MOUNT_TARGET, "FileSystemId"),
)
_POINTS = _each("elasticfilesystem", "access-point/*")
_INTERFACES = _each("ec2", "network-interface/*")
_MOUNT_GROUPS = _ids("ec2", "security-group", (types.EFS_MOUNT_TARGET, "SecurityGroups"))
_RULES_OF_GROUPS = _each("ec2", "security-group-rule/*")
_GROUPS = _each("ec2", "security-group/*")
_TEMPLATES = _each("ec2", "launch-template/*")


def _zones(deployed: Deployed) -> Iterable[str]:
    return [f"arn:{deployed.reach.partition}:route53:::hostedzone/*"]


def _machines(deployed: Deployed) -> Iterable[str]:
    """Reach all that instances are started with; the condition keeps it to launch templates."""
    image = f"arn:{deployed.reach.partition}:ec2:{deployed.reach.region}::image/*"
    return [image, deployed.reach.arn("ec2", ANY)]


def _alarms(deployed: Deployed) -> Iterable[str]:
    """Reach the alarms of target tracking, which Application Auto Scaling names.

    https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html
    """
    return [deployed.reach.arn("cloudwatch", "alarm:TargetTracking-*")]


OWN: Mapping[str, Thing] = {
    "AWS::ApplicationAutoScaling::ScalableTarget": _TARGETS,
    "AWS::ApplicationAutoScaling::ScalingPolicy": _TARGETS,
    types.AUTO_SCALING_GROUP: _CAPACITY,
    "AWS::EC2::LaunchTemplate": _TEMPLATES,
    _GROUP: _GROUPS,
    _INGRESS: _ids("ec2", "security-group", (_INGRESS, "GroupId")),
    "AWS::ECS::CapacityProvider": _named(
        "ecs", "capacity-provider/", "AWS::ECS::CapacityProvider", "Name"
    ),
    types.ECS_CLUSTER: _named("ecs", "cluster/", types.ECS_CLUSTER, "ClusterName"),
    "AWS::ECS::ClusterCapacityProviderAssociations": _clusters,
    "AWS::ECS::Service": _SERVICES,
    "AWS::ECS::TaskDefinition": _families,
    _POINT: _POINTS,
    types.EFS_FILE_SYSTEM: _each("elasticfilesystem", "file-system/*"),
    types.EFS_MOUNT_TARGET: _SYSTEMS,
    types.ELB_LISTENER: own_listeners,
    types.ELB_CERTIFICATE: listeners_with(types.ELB_CERTIFICATE),
    types.ELB_RULE: listener_rules,
    types.ELB_LOAD_BALANCER: own_balancers,
    types.ELB_TARGET_GROUP: own_target_groups,
    "AWS::IAM::InstanceProfile": instance_profiles,
    "AWS::IAM::Role": own_roles,
    "AWS::Logs::LogGroup": _log_groups,
    types.SECRETS_MANAGER_SECRET: _secrets,
    types.CLOUD_MAP_INSTANCE: _ENTRIES,
    types.CLOUD_MAP_NAMESPACE: _each("servicediscovery", "namespace/*"),
    types.CLOUD_MAP_SERVICE: _ENTRIES,
}
"""What the actions of a type's own service are about, unless `ELSEWHERE` knows better."""

ELSEWHERE: Mapping[str, tuple[Thing, ...]] = {
    "autoscaling:CreateOrUpdateTags": (_CAPACITY,),
    "cloudwatch:DeleteAlarms": (_alarms,),
    "cloudwatch:DescribeAlarms": (_each("cloudwatch", "alarm:*"),),
    "cloudwatch:PutMetricAlarm": (_alarms,),
    "ec2:AuthorizeSecurityGroupEgress": (_GROUPS, _RULES_OF_GROUPS),
    f"{_GROUP} ec2:AuthorizeSecurityGroupIngress": (_GROUPS, _RULES_OF_GROUPS),
    f"{_INGRESS} ec2:AuthorizeSecurityGroupIngress": (
        OWN[_INGRESS],
        _RULES_OF_GROUPS,
    ),
    "ec2:CreateNetworkInterface": (
        _INTERFACES,
        _MOUNT_GROUPS,
        _ids("ec2", "subnet", (types.EFS_MOUNT_TARGET, "SubnetId")),
    ),
    "ec2:CreateSecurityGroup": (_GROUPS, _ids("ec2", "vpc", (_GROUP, "VpcId"))),
    "ec2:DeleteNetworkInterface": (_INTERFACES,),
    "ec2:ModifyNetworkInterfaceAttribute": (_INTERFACES, _MOUNT_GROUPS),
    "ec2:RunInstances": (_machines,),
    f"{types.AUTO_SCALING_GROUP} ec2:CreateTags": (
        _each("ec2", "instance/*"),
        _each("ec2", "volume/*"),
    ),
    "ecs:DescribeClusters": (_clusters,),
    "ecs:DescribeServiceDeployments": (
        _SERVICES,
        _in_clusters("service-deployment", "/*"),
    ),
    "ecs:DescribeServices": (_SERVICES,),
    "ecs:PutClusterCapacityProviders": (_clusters,),
    "ecs:StopServiceDeployment": (_in_clusters("service-deployment", "/*"),),
    "ecs:UpdateService": (_SERVICES,),
    "elasticfilesystem:CreateAccessPoint": (_SYSTEMS,),
    f"{_POINT} elasticfilesystem:DescribeAccessPoints": (_POINTS, _SYSTEMS),
    "elasticloadbalancing:CreateListener": (balancers_of_listeners,),
    "elasticloadbalancing:CreateRule": (listeners_with(types.ELB_RULE),),
    "AWS::ECS::TaskDefinition iam:GetRole": (roles_of_tasks,),
    f"{types.EFS_FILE_SYSTEM} kms:CreateGrant": (_keys((types.EFS_FILE_SYSTEM, "KmsKeyId")),),
    f"{types.EFS_FILE_SYSTEM} kms:DescribeKey": (_keys((types.EFS_FILE_SYSTEM, "KmsKeyId")),),
    f"{types.EFS_FILE_SYSTEM} kms:GenerateDataKeyWithoutPlaintext": (
        _keys((types.EFS_FILE_SYSTEM, "KmsKeyId")),
    ),
    f"{types.SECRETS_MANAGER_SECRET} kms:Decrypt": (
        _keys((types.SECRETS_MANAGER_SECRET, "KmsKeyId")),
    ),
    f"{types.SECRETS_MANAGER_SECRET} kms:GenerateDataKey": (
        _keys((types.SECRETS_MANAGER_SECRET, "KmsKeyId")),
    ),
    f"{types.ECS_CLUSTER} kms:DescribeKey": (
        _keys(
            (types.ECS_CLUSTER, "Configuration.**.KmsKeyId"),
            (types.ECS_CLUSTER, "Configuration.**.FargateEphemeralStorageKmsKeyId"),
        ),
    ),
    "route53:ChangeResourceRecordSets": (_zones,),
    "route53:DeleteHostedZone": (_zones,),
    "route53:GetHostedZone": (_zones,),
    "servicediscovery:CreateService": (_NAMESPACES, _ENTRIES),
    f"{types.CLOUD_MAP_SERVICE} servicediscovery:GetNamespace": (_NAMESPACES,),
}
"""What actions are about that are not about the resource itself; some only in one type."""

ANYTHING = (
    "application-autoscaling:Describe*",
    "autoscaling:Describe*",
    "cloudwatch:GetMetricData",
    "cognito-idp:DescribeUserPoolClient",
    "ec2:Describe*",
    "ec2:Get*",
    "ecs:CreateCapacityProvider",
    "ecs:DeregisterTaskDefinition",
    "ecs:DescribeCapacityProviders",
    "ecs:DescribeTaskDefinition",
    "ecs:PutAccountSetting*",
    "elasticfilesystem:CreateFileSystem",
    "elasticloadbalancing:Describe*",
    "lambda:*ProvisionedConcurrencyConfig",
    "logs:*IndexPolic*",
    "logs:*ResourcePolic*",
    "logs:CreateLogDelivery",
    "logs:DescribeLogGroups",
    "route53:CreateHostedZone",
    "route53:ListHostedZonesByName",
    "secretsmanager:GetRandomPassword",
    "servicediscovery:*agResource",
    "servicediscovery:CreatePrivateDnsNamespace",
    "servicediscovery:GetInstance",
    "servicediscovery:GetOperation",
    "servicediscovery:List*",
    "ssm:Get*",
    "vpc-lattice:*",
)
"""Actions that IAM allows for everything or nothing, and those that read lists of many things."""


def is_about_anything(action: str) -> bool:
    """Tell whether an action is allowed only as a whole."""
    return any(fnmatchcase(action, each) for each in ANYTHING)


def reached(deployed: Deployed, kind: str, action: str) -> list[str]:
    """List the ARNs that a policy needs to allow an action to CloudFormation, for a type."""
    things = ELSEWHERE.get(f"{kind} {action}") or ELSEWHERE.get(action)
    if things is None:
        things = () if is_about_anything(action) else (OWN[kind],)
    return condensed(arn for thing in things for arn in thing(deployed)) or [ANY]
