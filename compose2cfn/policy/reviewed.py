"""What the handlers' own lists leave out, and what they have for features that are seldom used.

Each row has the page of AWS that says so. `Unused` rows shorten the lists, the others add to them.
"""

from fnmatch import fnmatchcase
from typing import NamedTuple

from compose2cfn.policy import resource_types as types

_AUTHORIZATION = "https://docs.aws.amazon.com/service-authorization/latest/reference"
_PROPERTIES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference"

_TARGET = "AWS::ApplicationAutoScaling::ScalableTarget"
_SCALING = "AWS::ApplicationAutoScaling::ScalingPolicy"
_PROVIDER = "AWS::ECS::CapacityProvider"
_SERVICE = "AWS::ECS::Service"
_TASK = "AWS::ECS::TaskDefinition"
_ROLE = "AWS::IAM::Role"
_PROFILE = "AWS::IAM::InstanceProfile"
_LOGS = "AWS::Logs::LogGroup"


class Unused(NamedTuple):
    """Actions that a handler needs only for features that a template does not use."""

    kind: str
    actions: str
    """Separated by spaces; each may end in ``*``."""
    page: str
    features: tuple[str, ...] = ()
    """The properties that need them, as ``A.B`` or ``A=value``; none does if there are none."""

    def covers(self, action: str) -> bool:
        """Tell whether an action is one of these."""
        return any(fnmatchcase(action, each) for each in self.actions.split())


UNUSED = (
    Unused(
        _TARGET,
        "lambda:*",
        f"{_PROPERTIES}/aws-resource-applicationautoscaling-scalabletarget.html",
        ("ServiceNamespace=lambda",),
    ),
    Unused(
        _TARGET,
        "application-autoscaling:PutScheduledAction application-autoscaling:DeleteScheduledAction",
        f"{_PROPERTIES}/aws-resource-applicationautoscaling-scalabletarget.html",
        ("ScheduledActions",),
    ),
    Unused(
        _SCALING,
        "cloudwatch:GetMetricData",
        "https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html",
        ("PredictiveScalingPolicyConfiguration",),
    ),
    Unused(
        types.AUTO_SCALING_GROUP,
        # Fleets of other AWS services, which have no page in the authorization reference.
        "managed-fleets:*",
        f"{_AUTHORIZATION}/reference_policies_actions-resources-contextkeys.html",
    ),
    Unused(
        types.AUTO_SCALING_GROUP,
        "vpc-lattice:* autoscaling:AttachTrafficSources autoscaling:DetachTrafficSources",
        f"{_PROPERTIES}/aws-resource-autoscaling-autoscalinggroup.html",
        ("TrafficSources",),
    ),
    Unused(
        types.AUTO_SCALING_GROUP,
        "elasticloadbalancing:* autoscaling:AttachLoadBalancer* autoscaling:DetachLoadBalancer*",
        f"{_PROPERTIES}/aws-resource-autoscaling-autoscalinggroup.html",
        ("LoadBalancerNames", "TargetGroupARNs"),
    ),
    Unused(
        types.AUTO_SCALING_GROUP,
        "autoscaling:*NotificationConfiguration",
        f"{_PROPERTIES}/aws-resource-autoscaling-autoscalinggroup.html",
        ("NotificationConfigurations",),
    ),
    Unused(
        types.AUTO_SCALING_GROUP,
        "autoscaling:*MetricsCollection",
        f"{_PROPERTIES}/aws-resource-autoscaling-autoscalinggroup.html",
        ("MetricsCollection",),
    ),
    Unused(
        types.AUTO_SCALING_GROUP,
        "autoscaling:*LifecycleHook",
        f"{_PROPERTIES}/aws-resource-autoscaling-autoscalinggroup.html",
        ("LifecycleHookSpecificationList",),
    ),
    Unused(
        types.AUTO_SCALING_GROUP,
        # An image or a type that is looked up when instances start, and alarms of refreshes.
        "ec2:Get* ssm:Get* cloudwatch:PutMetricAlarm",
        f"{_PROPERTIES}/aws-resource-autoscaling-autoscalinggroup.html",
        ("MixedInstancesPolicy", "LaunchConfigurationName"),
    ),
    Unused(
        types.AUTO_SCALING_GROUP,
        # It is enough to describe what the managed policy does: see `UNLISTED`.
        "ec2:Describe*",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AutoScalingFullAccess.html",
    ),
    Unused(
        _PROVIDER,
        "autoscaling:*",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html",
        ("AutoScalingGroupProvider",),
    ),
    Unused(
        types.ECS_CLUSTER,
        "ecs:PutAccountSetting*",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html",
        ("ClusterSettings",),
    ),
    Unused(
        types.ECS_CLUSTER,
        "kms:*",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-create-storage-key.html",
        ("Configuration.**.KmsKeyId", "Configuration.**.FargateEphemeralStorageKmsKeyId"),
    ),
    Unused(
        types.EFS_FILE_SYSTEM,
        "kms:*",
        "https://docs.aws.amazon.com/efs/latest/ug/encryption-at-rest.html",
        ("KmsKeyId",),
    ),
    Unused(
        types.EFS_FILE_SYSTEM,
        "elasticfilesystem:CreateReplicationConfiguration"
        " elasticfilesystem:DeleteReplicationConfiguration",
        "https://docs.aws.amazon.com/efs/latest/ug/efs-replication.html",
        ("ReplicationConfiguration",),
    ),
    Unused(
        types.EFS_FILE_SYSTEM,
        "elasticfilesystem:UpdateFileSystemProtection",
        "https://docs.aws.amazon.com/efs/latest/ug/API_UpdateFileSystemProtection.html",
        ("FileSystemProtection",),
    ),
    Unused(
        types.ELB_LISTENER,
        "cognito-idp:*",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html",
        ("DefaultActions.AuthenticateCognitoConfig",),
    ),
    Unused(
        types.ELB_RULE,
        "cognito-idp:*",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html",
        ("Actions.AuthenticateCognitoConfig",),
    ),
    Unused(
        types.ELB_LOAD_BALANCER,
        "elasticloadbalancing:ModifyCapacityReservation",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/capacity-unit-reservation.html",
        ("MinimumLoadBalancerCapacity",),
    ),
    Unused(
        types.ELB_LOAD_BALANCER,
        "elasticloadbalancing:ModifyIpPools ec2:DescribeIpamPools",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-load-balancer-attributes.html",
        ("Ipv4IpamPoolId",),
    ),
    Unused(
        types.ELB_TARGET_GROUP,
        # ECS registers its tasks with its own service-linked role.
        "elasticloadbalancing:RegisterTargets elasticloadbalancing:DeregisterTargets",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html",
        ("Targets",),
    ),
    Unused(
        _ROLE,
        "iam:*RolePermissionsBoundary",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
        ("PermissionsBoundary",),
    ),
    Unused(
        _ROLE,
        "iam:AttachRolePolicy",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
        ("ManagedPolicyArns",),
    ),
    Unused(
        _LOGS,
        # The first is an operation of S3 and no action of IAM; the others are for audits.
        "s3:REST.PUT.OBJECT firehose:TagDeliveryStream",
        f"{_AUTHORIZATION}/list_amazons3.html",
    ),
    Unused(
        _LOGS,
        "logs:PutDataProtectionPolicy logs:CreateLogDelivery",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/data-protection-policy-permissions.html",
        ("DataProtectionPolicy",),
    ),
    Unused(
        _LOGS,
        "logs:PutResourcePolicy logs:DeleteResourcePolicy",
        f"{_PROPERTIES}/aws-resource-logs-loggroup.html",
        ("ResourcePolicyDocument",),
    ),
    Unused(
        _LOGS,
        "logs:PutIndexPolicy logs:DeleteIndexPolicy",
        f"{_PROPERTIES}/aws-resource-logs-loggroup.html",
        ("FieldIndexPolicies",),
    ),
    Unused(
        _LOGS,
        "logs:PutLogGroupDeletionProtection",
        f"{_PROPERTIES}/aws-resource-logs-loggroup.html",
        ("DeletionProtectionEnabled",),
    ),
    Unused(
        _LOGS,
        "logs:PutBearerTokenAuthentication",
        f"{_PROPERTIES}/aws-resource-logs-loggroup.html",
        ("BearerTokenAuthenticationEnabled",),
    ),
    Unused(
        _LOGS,
        "logs:AssociateKmsKey logs:DisassociateKmsKey",
        "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html",
        ("KmsKeyId",),
    ),
    Unused(
        types.SECRETS_MANAGER_SECRET,
        "secretsmanager:ReplicateSecretToRegions secretsmanager:RemoveRegionsFromReplication",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html",
        ("ReplicaRegions",),
    ),
    Unused(
        types.SECRETS_MANAGER_SECRET,
        "secretsmanager:GetRandomPassword",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html",
        ("GenerateSecretString",),
    ),
    Unused(
        types.CLOUD_MAP_SERVICE,
        "servicediscovery:UpdateServiceAttributes servicediscovery:DeleteServiceAttributes",
        "https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdateServiceAttributes.html",
        ("ServiceAttributes",),
    ),
)


class Unlisted(NamedTuple):
    """Actions that a type needs and its handlers do not list, or that has no handlers."""

    kind: str
    actions: str
    """Separated by spaces."""
    page: str
    features: tuple[str, ...] = ()
    """The properties that need them, as in `Unused`; any resource of the type if there are none."""


UNLISTED = (
    Unlisted(
        _TARGET,
        "ecs:DescribeServices ecs:UpdateService",
        "https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html",
    ),
    Unlisted(
        _SCALING,
        "cloudwatch:PutMetricAlarm cloudwatch:DescribeAlarms cloudwatch:DeleteAlarms"
        " ecs:DescribeServices",
        "https://docs.aws.amazon.com/autoscaling/application/userguide/security_iam_id-based-policy-examples.html",
    ),
    Unlisted(
        types.AUTO_SCALING_GROUP,
        "ec2:CreateTags",
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html",
    ),
    Unlisted(
        types.AUTO_SCALING_GROUP,
        "ec2:DescribeAccountAttributes ec2:DescribeAvailabilityZones ec2:DescribeImages"
        " ec2:DescribeInstances ec2:DescribeKeyPairs ec2:DescribeLaunchTemplates"
        " ec2:DescribeLaunchTemplateVersions ec2:DescribePlacementGroups"
        " ec2:DescribeSecurityGroups ec2:DescribeSubnets",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AutoScalingFullAccess.html",
    ),
    Unlisted(
        types.EFS_MOUNT_TARGET,
        "ec2:DescribeSubnets ec2:DescribeNetworkInterfaces ec2:CreateNetworkInterface",
        "https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html",
    ),
    Unlisted(
        types.EFS_MOUNT_TARGET,
        "ec2:DeleteNetworkInterface",
        "https://docs.aws.amazon.com/efs/latest/ug/API_DeleteMountTarget.html",
    ),
    Unlisted(
        types.EFS_MOUNT_TARGET,
        "ec2:ModifyNetworkInterfaceAttribute",
        "https://docs.aws.amazon.com/efs/latest/ug/API_ModifyMountTargetSecurityGroups.html",
    ),
    Unlisted(
        types.EFS_MOUNT_TARGET,
        "ec2:DescribeNetworkInterfaceAttribute",
        "https://docs.aws.amazon.com/efs/latest/ug/API_DescribeMountTargetSecurityGroups.html",
    ),
    Unlisted(
        types.ELB_LOAD_BALANCER,
        "ec2:DescribeAccountAttributes ec2:DescribeAddresses ec2:DescribeInternetGateways"
        " ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcs",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ElasticLoadBalancingFullAccess.html",
    ),
    Unlisted(
        types.ELB_CERTIFICATE,
        "elasticloadbalancing:AddListenerCertificates"
        " elasticloadbalancing:DescribeListenerCertificates"
        " elasticloadbalancing:RemoveListenerCertificates",
        f"{_AUTHORIZATION}/list_awselasticloadbalancingv2.html",
    ),
    Unlisted(
        types.SECRETS_MANAGER_SECRET,
        "kms:Decrypt kms:GenerateDataKey",
        "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
        ("KmsKeyId",),
    ),
    Unlisted(
        types.CLOUD_MAP_NAMESPACE,
        "route53:DeleteHostedZone",
        "https://docs.aws.amazon.com/cloud-map/latest/dg/security_iam_id-based-policy-examples.html",
    ),
    Unlisted(
        types.CLOUD_MAP_SERVICE,
        "route53:ChangeResourceRecordSets",
        "https://docs.aws.amazon.com/cloud-map/latest/dg/security_iam_id-based-policy-examples.html",
    ),
    Unlisted(
        types.CLOUD_MAP_INSTANCE,
        "route53:GetHostedZone route53:ListHostedZonesByName route53:ChangeResourceRecordSets"
        " ec2:DescribeInstances",
        "https://docs.aws.amazon.com/cloud-map/latest/dg/security_iam_id-based-policy-examples.html",
    ),
)


class Passed(NamedTuple):
    """Roles that CloudFormation hands to a service of AWS."""

    kind: str
    path: str
    """Where the roles are among the properties."""
    service: str
    page: str


PASSED = (
    Passed(
        _TARGET,
        "RoleARN",
        "application-autoscaling.amazonaws.com",
        "https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html",
    ),
    Passed(
        _PROVIDER,
        "ManagedInstancesProvider.InfrastructureRoleArn",
        "ecs.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html",
    ),
    Passed(
        _SERVICE,
        "Role",
        "ecs.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html",
    ),
    Passed(
        _SERVICE,
        "**.RoleArn",
        "ecs.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html",
    ),
    Passed(
        _TASK,
        "ExecutionRoleArn",
        "ecs-tasks.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    ),
    Passed(
        _TASK,
        "TaskRoleArn",
        "ecs-tasks.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    ),
    Passed(
        types.EFS_FILE_SYSTEM,
        "ReplicationConfiguration.Destinations.RoleArn",
        "elasticfilesystem.amazonaws.com",
        "https://docs.aws.amazon.com/efs/latest/ug/efs-replication.html",
    ),
    Passed(
        _PROFILE,
        "Roles",
        "ec2.amazonaws.com",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    ),
)


PROFILES = tuple(
    Passed(
        "AWS::EC2::LaunchTemplate",
        f"LaunchTemplateData.IamInstanceProfile.{by}",
        "ec2.amazonaws.com",
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-launch-template-permissions.html",
    )
    for by in ("Arn", "Name")
)
"""Where an instance profile is, whose roles instances get."""


class LinkedRole(NamedTuple):
    """A service-linked role that the first resource of a type in an account makes."""

    kind: str
    service: str
    page: str
    features: tuple[str, ...] = ()
    """The properties that need it, as in `Unused`; any resource of the type if there are none."""


LINKED = (
    LinkedRole(
        _TARGET,
        "ecs.application-autoscaling.amazonaws.com",
        "https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-service-linked-roles.html",
    ),
    LinkedRole(
        types.AUTO_SCALING_GROUP,
        "autoscaling.amazonaws.com",
        "https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html",
    ),
    LinkedRole(
        types.ECS_CLUSTER,
        "ecs.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html",
    ),
    LinkedRole(
        _PROVIDER,
        "ecs-compute.amazonaws.com",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-service-linked-roles.html",
        ("ManagedInstancesProvider",),
    ),
    LinkedRole(
        types.EFS_FILE_SYSTEM,
        "elasticfilesystem.amazonaws.com",
        "https://docs.aws.amazon.com/efs/latest/ug/using-service-linked-roles.html",
        ("ReplicationConfiguration",),
    ),
    LinkedRole(
        types.EFS_FILE_SYSTEM,
        "backup.amazonaws.com",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/using-service-linked-roles.html",
        ("BackupPolicy.Status=ENABLED",),
    ),
    LinkedRole(
        types.EFS_MOUNT_TARGET,
        "elasticfilesystem.amazonaws.com",
        "https://docs.aws.amazon.com/efs/latest/ug/using-service-linked-roles.html",
    ),
    LinkedRole(
        types.ELB_LOAD_BALANCER,
        "elasticloadbalancing.amazonaws.com",
        "https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html",
    ),
)
