"""Write policy documents of IAM."""

from collections.abc import Iterable, Mapping

from compose2cfn.plan.permissions import POLICY_VERSIONS
from compose2cfn.plan.terms.values import Value, arn, ref, sub


def document(*statements: Mapping[str, object]) -> Mapping[str, object]:
    """Combine statements into a policy document."""
    return {"Version": POLICY_VERSIONS[0], "Statement": list(statements)}


def statement(
    actions: Iterable[str], on: object, condition: Mapping[str, object] | None = None
) -> Mapping[str, object]:
    """Allow actions on a resource, or on a list of them, with an optional condition."""
    allowed: dict[str, object] = {"Effect": "Allow", "Action": list(actions), "Resource": on}
    return allowed if condition is None else {**allowed, "Condition": condition}


def allow(
    actions: Iterable[str], on: object, condition: Mapping[str, object] | None = None
) -> Mapping[str, object]:
    """Write the policy document that allows actions on a resource, or on a list of them."""
    return document(statement(actions, on, condition))


def trust(service: str) -> Mapping[str, object]:
    """Write the policy document that lets an AWS service assume a role."""
    return document(_trust(service))


def trust_tasks() -> Mapping[str, object]:
    """Write the policy document that lets ECS assume a role for tasks of this account and region.

    ECS cannot say yet in which cluster a task runs. For the roles of EC2 instances and of what ECS
    does with them, no page says that a source is sent, so `trust` asks for none.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    source = {
        "StringEquals": {"aws:SourceAccount": ref("AWS::AccountId")},
        "ArnLike": {"aws:SourceArn": arn("ecs", "*")},
    }
    return document({**_trust("ecs-tasks.amazonaws.com"), "Condition": source})


def _trust(service: str) -> Mapping[str, object]:
    return {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}


def managed_policy(name: str) -> Value:
    """Write the ARN of a policy that AWS manages."""
    return sub(f"arn:${{AWS::Partition}}:iam::aws:policy/{name}")
