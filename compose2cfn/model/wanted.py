"""Names under which people look for a key: former ones, those of other tools, plurals."""

from collections.abc import Mapping

from compose2cfn.diagnostics import Steps

_LOAD_BALANCER = "write x-aws-loadbalancer"
_CAPACITY = "write x-aws-capacity"

_WANTED: Mapping[str, str] = {
    "x-aws-alb": _LOAD_BALANCER,
    "x-aws-autoscale": "write deploy: {x-aws-autoscaling: …}",
    "x-aws-certificates": "write x-aws-certificate",
    "x-aws-cpu": "write cpus",
    "x-aws-elb": _LOAD_BALANCER,
    "x-aws-environment": "write environment",
    "x-aws-iam": "write x-aws-role or x-aws-policies",
    "x-aws-instance_type": f"{_CAPACITY}: {{machine: TYPE}}",
    "x-aws-labels": "write deploy: {labels: …}, which become tags",
    "x-aws-launch_type": _CAPACITY,
    "x-aws-lb": _LOAD_BALANCER,
    "x-aws-load_balancer": _LOAD_BALANCER,
    "x-aws-log_retention": "write x-aws-logs_retention",
    "x-aws-memory": "write mem_limit",
    "x-aws-policy": "write x-aws-policies",
    "x-aws-pull_policy": "write x-aws-pull_credentials",
    "x-aws-scaling": "write deploy: {x-aws-autoscaling: …}",
    "x-aws-security_group": "write it as an external network: external: true, its id as name",
    "x-aws-spot": f"{_CAPACITY}: FARGATE_SPOT",
    "x-aws-stickiness": "write TargetGroupAttributes of the target group in x-aws-cloudformation",
    "x-aws-tags": "write deploy: {labels: …}, which become tags",
}
"""What to write in place of a key of ours that there is not, by its name."""

_TEMPLATE = "it belongs to CloudFormation templates; write it below x-aws-cloudformation"
_TOP: Mapping[str, str] = dict.fromkeys(
    ("Conditions", "Mappings", "Metadata", "Outputs", "Parameters", "Resources", "Rules"), _TEMPLATE
) | {
    "AWSTemplateFormatVersion": "this is a CloudFormation template already; convert a Compose file"
}
"""The same for keys of CloudFormation at the top level."""
_OF_SERVICES: Mapping[str, str] = {
    "cpu": "write cpus",
    "env": "write environment",
    "mem": "write mem_limit",
    "memory": "write mem_limit",
    "replicas": "write scale, or deploy: {replicas: …}",
}
"""The same for other keys of a service."""
_BELOW: Mapping[tuple[str, str], str] = {
    ("secrets", "keys"): "write x-aws-keys",
    ("x-aws-autoscaling", "mem"): "write memory",
    ("x-aws-route", "hosts"): "write host",
    ("x-aws-route", "paths"): "write path",
}
"""The same for other keys, by a key above them and their names."""


def wanted(path: Steps) -> str:
    """Say what to write in place of an unknown key; empty if nobody knows."""
    *above, key = map(str, path)
    if not above and key in _TOP:
        return _TOP[key]
    if above[:1] == ["services"] and len(above) == 2 and key in _OF_SERVICES:
        return _OF_SERVICES[key]
    below = (_BELOW[step, key] for step in above if (step, key) in _BELOW)
    return next(below, _WANTED.get(key, ""))
