"""The resource types that the simulator makes, one class each."""

from tests.simulator.refusals import Refusal
from tests.simulator.resources import (
    buckets,
    containers,
    discovery,
    identity,
    images,
    load_balancing,
    network,
    pipelines,
    records,
    scaling,
    storage,
    vpc,
)
from tests.simulator.resources.base import Resource, Site
from tests.simulator.resources.foreign import foreign_class

RESOURCES: tuple[type[Resource], ...] = (
    buckets.Bucket,
    buckets.BucketPolicy,
    containers.CapacityProvider,
    containers.Cluster,
    containers.ClusterCapacityProviderAssociations,
    containers.Service,
    containers.TaskDefinition,
    discovery.Instance,
    discovery.PrivateDnsNamespace,
    discovery.Service,
    identity.InstanceProfile,
    identity.Policy,
    identity.Role,
    images.Repository,
    load_balancing.Listener,
    load_balancing.ListenerCertificate,
    load_balancing.ListenerRule,
    load_balancing.LoadBalancer,
    load_balancing.TargetGroup,
    network.LaunchTemplate,
    network.SecurityGroup,
    network.SecurityGroupEgress,
    network.SecurityGroupIngress,
    pipelines.Connection,
    pipelines.Pipeline,
    pipelines.Project,
    pipelines.Rule,
    records.LogGroup,
    records.Parameter,
    records.Secret,
    scaling.AutoScalingGroup,
    scaling.ScalableTarget,
    scaling.ScalingPolicy,
    storage.AccessPoint,
    storage.FileSystem,
    storage.MountTarget,
    vpc.Address,
    vpc.FlowLog,
    vpc.InternetGateway,
    vpc.NatGateway,
    vpc.Route,
    vpc.RouteTable,
    vpc.Subnet,
    vpc.SubnetRouteTableAssociation,
    vpc.Vpc,
    vpc.VpcEndpoint,
    vpc.VpcGatewayAttachment,
)
BY_TYPE = {resource.type: resource for resource in RESOURCES}
EAGER = frozenset(resource.type for resource in RESOURCES if resource.eager)
LOSING = frozenset(resource.type for resource in RESOURCES if resource.losing)

__all__ = ["BY_TYPE", "EAGER", "LOSING", "RESOURCES", "Resource", "Site", "resource_class"]


def resource_class(resource_type: str) -> type[Resource]:
    """Return the class of a type; the simulator never passes over one in silence."""
    found = BY_TYPE.get(resource_type) or foreign_class(resource_type)
    if found is None:
        raise Refusal(f"the simulator has no {resource_type}")
    return found
