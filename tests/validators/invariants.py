"""What holds for every template we emit, and no linter knows."""

import re
from collections.abc import Iterator
from itertools import chain

from tests.simulator.resources import BY_TYPE
from tests.simulator.resources.load_balancing import groups_of
from tests.simulator.resources.network import DESCRIPTION_ALPHABET
from tests.simulator.template import Declaration, Properties, Template, references

PRINCIPALS = {
    f"{service}.{suffix}"
    for service in ("ec2", "ecs", "ecs-tasks")
    for suffix in ("amazonaws.com", "${AWS::URLSuffix}")
}
NAMES: dict[str, tuple[str, object]] = {
    "AWS::ECS::Cluster": ("ClusterName", {"Ref": "AWS::StackName"}),
}
"""The physical names that a template gives (design: none that would collide in an account)."""
FAMILY = re.compile(r"\$\{AWS::StackName\}-[A-Za-z0-9_-]+")
# Left alone, it would begin with the name of the stack, which may be aws, ecs or fargate.
PROVIDER = re.compile(r"cp-\$\{AWS::StackName\}-[A-Za-z0-9_-]+")
ARN = re.compile(r"arn:aws[a-z-]*:[^\s\"']*")


def faults(template: Template, written: str) -> Iterator[str]:
    """Say what is wrong with a template made from a written input."""
    for one in template.declarations.values():
        among_others = (check(one, template) for check in (_waiting, _roles, _reachable))
        alone = (check(one) for check in (_names, _descriptions, _variables, _principals))
        for fault in chain(*among_others, *alone):
            yield f"{one.id}: {fault}"
    for arn in ARN.findall(template.text):
        # A key may be selected behind the ARN of a secret, and the end of its name be left open.
        of_secret = ":".join(arn.split(":")[:7]).removesuffix("-??????")
        if of_secret.rstrip(":*/") not in written:
            yield f"the partition of {arn} is fixed; write ${{AWS::Partition}}"


def closure(one: Declaration, template: Template) -> set[str]:
    """Name what must exist before a resource is made."""
    found: set[str] = set()
    waiting = [one.id]
    while waiting:
        declaration = template.declarations[waiting.pop()]
        needs = {ref.name for ref in references(declaration.properties)}
        new = ((needs | {*declaration.depends_on}) & template.declarations.keys()) - found
        found |= new
        waiting += new
    return found


def _of(kind: str, template: Template) -> Iterator[Declaration]:
    return (one for one in template.declarations.values() if one.type == kind)


def _waiting(one: Declaration, template: Template) -> Iterator[str]:
    """Check that a service waits for its listeners and for all its mount targets."""
    if one.type != "AWS::ECS::Service":
        return
    before = closure(one, template)
    for target in one.properties.get("LoadBalancers", []):
        group = target["TargetGroupArn"]
        attached = {
            listener.id
            for kind in ("Listener", "ListenerRule")
            for listener in _of(f"AWS::ElasticLoadBalancingV2::{kind}", template)
            if group in [*groups_of(listener.properties.get("DefaultActions", []))]
            or group in [*groups_of(listener.properties.get("Actions", []))]
        }
        if "Ref" in group and group["Ref"] in template.declarations and not attached & before:
            yield f"it does not wait for a listener of {group}"
    for system in _file_systems(one, template):
        targets = {
            target.id
            for target in _of("AWS::EFS::MountTarget", template)
            if target.properties["FileSystemId"] == system
        }
        if targets - before:
            yield f"it does not wait for the mount targets {sorted(targets - before)}"


def _file_systems(service: Declaration, template: Template) -> list[object]:
    task = template.declarations[service.properties["TaskDefinition"]["Ref"]]
    volumes = [v.get("EFSVolumeConfiguration", {}) for v in task.properties.get("Volumes", [])]
    return [volume["FilesystemId"] for volume in volumes if "FilesystemId" in volume]


def _reachable(one: Declaration, template: Template) -> Iterator[str]:
    """Check that no load balancer faces the internet from subnets that must be private."""
    public = one.properties.get("Scheme", "internet-facing") == "internet-facing"
    if one.type != "AWS::ElasticLoadBalancingV2::LoadBalancer" or not public:
        return
    for service in _of("AWS::ECS::Service", template):
        network = service.properties["NetworkConfiguration"]["AwsvpcConfiguration"]
        private = network.get("AssignPublicIp", "DISABLED") == "DISABLED"
        if private and network["Subnets"] == one.properties["Subnets"]:
            yield f"it stands in the private subnets of {service.id}"


def _roles(one: Declaration, template: Template) -> Iterator[str]:
    """Check that roles are given by ARN."""
    for key in ("ExecutionRoleArn", "TaskRoleArn"):
        if one.properties.get(key, {}) in [{"Ref": name} for name in template.declarations]:
            yield f"{key} is a name, not an ARN"


def _names(one: Declaration) -> Iterator[str]:
    """Check that nothing has a physical name that would collide."""
    key = BY_TYPE[one.type].named_by if one.type in BY_TYPE else ""
    if one.type == "AWS::ECS::CapacityProvider":
        if not PROVIDER.fullmatch(str(one.properties.get("Name", {}).get("Fn::Sub"))):
            yield f"its name is {one.properties.get('Name')}"
    elif key in one.properties and NAMES.get(one.type) != (key, one.properties[key]):
        yield f"it has the physical name {key}: {one.properties[key]}"
    if one.type == "AWS::ECS::TaskDefinition":
        match one.properties.get("Family"):
            case {"Fn::Sub": str(text)} if FAMILY.fullmatch(text):
                pass
            case family:
                yield f"its family is {family}"


def _descriptions(one: Declaration) -> Iterator[str]:
    """Check descriptions against EC2's alphabet."""
    if not one.type.startswith("AWS::EC2::SecurityGroup"):
        return
    inline = [
        rule
        for way in ("Ingress", "Egress")
        for rule in one.properties.get(f"SecurityGroup{way}", [])
    ]
    texts = [one.properties.get("GroupDescription", "")]
    texts += [rule.get("Description", "") for rule in (one.properties, *inline)]
    for text in texts:
        if not isinstance(text, str):
            yield f"its description is not a text: {text}"
        elif set(text) - DESCRIPTION_ALPHABET or len(text) > 255:
            yield f"EC2 does not take the description {text!r}"


def _variables(one: Declaration) -> Iterator[str]:
    """Check that each environment value is text, or an expression that gives text."""
    containers: list[Properties] = one.properties.get("ContainerDefinitions", [])
    for container in containers:
        for variable in container.get("Environment", []):
            if not isinstance(variable["Value"], str | dict):
                yield f"the variable {variable['Name']} is {variable['Value']!r}, not a text"


def _principals(one: Declaration) -> Iterator[str]:
    """Check that only services of AWS that run our tasks and instances take on a role."""
    for statement in one.properties.get("AssumeRolePolicyDocument", {}).get("Statement", []):
        match statement:
            case {"Effect": "Allow", "Principal": {"Service": service, **others}} if not others:
                name = service.get("Fn::Sub") if isinstance(service, dict) else service
                if not isinstance(name, str) or name not in PRINCIPALS:
                    yield f"it trusts {service}"
            case _:
                yield f"its trust policy has another statement: {statement}"
