"""What a person or a pipeline needs that tells CloudFormation what to do."""

from collections.abc import Mapping

from compose2cfn.policy.deployed import Deployed
from compose2cfn.policy.documents import Permissions
from compose2cfn.policy.lookups import allow_lookups
from compose2cfn.policy.reach import ANY

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
_ON_STACKS = (
    "CancelUpdateStack",
    "ContinueUpdateRollback",
    "CreateChangeSet",
    "CreateStack",
    "DeleteChangeSet",
    "DeleteStack",
    "DescribeChangeSet",
    "DescribeStackEvents",
    "DescribeStackResource",
    "DescribeStackResources",
    "DescribeStacks",
    "ExecuteChangeSet",
    "GetTemplate",
    "ListChangeSets",
    "ListStackResources",
    "RollbackStack",
    "TagResource",
    "UntagResource",
    "UpdateStack",
)
_ON_TEMPLATES = ("GetTemplateSummary", "ValidateTemplate")
"""What is asked of a template that may be of no stack yet."""


def caller_documents(deployed: Deployed, *, large: bool) -> tuple[Mapping[str, object], ...]:
    """Allow to plan and carry out changes of the stack with the service role, and nothing else.

    A ``large`` template is uploaded to a bucket first; so is any template if the bucket is known.
    """
    reach, collected = deployed.reach, Permissions()
    stacks = reach.arn("cloudformation", f"stack/{reach.stack}/*")
    collected.allow((f"cloudformation:{name}" for name in _ON_STACKS), [stacks])
    collected.allow((f"cloudformation:{name}" for name in _ON_TEMPLATES), [ANY])
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-servicerole.html
    collected.allow(
        ["iam:PassRole"],
        [reach.global_arn("iam", f"role/{reach.role}")],
        {"StringEquals": {"iam:PassedToService": "cloudformation.amazonaws.com"}},
    )
    if large or reach.bucket != ANY:
        # https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html
        own = {"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}
        objects = [f"arn:{reach.partition}:s3:::{reach.bucket}/*"]
        collected.allow(["s3:GetObject", "s3:PutObject"], objects, own)
    allow_lookups(collected, deployed)
    return collected.documents()
