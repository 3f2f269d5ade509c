"""Read what a file says about things that exist on AWS already: an id, a name or an ARN.

Each ``x-aws-*`` key of that kind is read in the same way. A text is checked and used; a function of
CloudFormation is used as it is; an empty value becomes a template parameter. What an absent key
means differs, and is decided where the key is read.
"""

import re
from collections.abc import Mapping

from compose2cfn.findings import Parameter, Spot
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.plan.terms import arns
from compose2cfn.plan.terms.arns import widens
from compose2cfn.plan.terms.values import Value

_PLACEHOLDER = (
    r"(?i)x{3,}|\.\.\.|<[^<>]*>|(?<![a-z])(?:your|fill|change|replace|insert|enter|todo|example|"
    r"placeholder)(?![a-z])|abc-?123|123-?abc"
)
"""What people write in the place of what somebody else has to put there."""


class Existing(Record):
    """A kind of thing that exists on AWS already and can be given."""

    pattern: str
    """What a text must match; of a match, the group ``id`` is used if there is one."""
    code: str
    message: str
    """What is wrong with a text that does not match; ``{text}`` stands for that text, quoted."""
    group: str = ""
    """The heading under which the console shows the parameter for it."""
    type: str = "String"
    """The type of the parameter."""
    allowed_pattern: str = ""
    """What the parameter must match, where its type does not say so."""
    constraint: str = ""
    """The same in words."""
    spellings: Mapping[str, str] = Frozen()
    """What AWS calls a text that may be written in several ways, by each in lower case."""

    def parameter(self, id_: str, description: str) -> Parameter:
        """Make the parameter that asks for one."""
        return Parameter(
            id=id_,
            description=description,
            group=self.group,
            type=self.type,
            allowed_pattern=self.allowed_pattern,
            constraint=self.constraint,
        )

    def read(self, said: Value, spot: Spot, *, asks: bool = False) -> Value:
        """Use what is given; a text that is not one of these is a finding.

        ``asks`` says that an empty value becomes a parameter, which the finding then mentions.
        """
        if not isinstance(said, str):
            if widens(said):
                spot.error(
                    self.code, "a function must not put *, ? or $ into a name; write the whole name"
                )
            return said
        found = self.find(said)
        if found is None:
            self.refuse(said, spot, asks=asks)
            return said
        return found

    def find(self, text: str) -> str | None:
        """Return the part of a text that is used; None if it is not one of these."""
        found = re.fullmatch(self.pattern, text)
        if found is None:
            return None
        used = found.groupdict().get("id", text)
        return self.spellings.get(used.lower(), used)

    def refuse(self, text: str, spot: Spot, *, asks: bool = False) -> None:
        """Say that a text is not one of these, and what else can be written."""
        shown = spot.shown(text)
        about = self.message.format(text=repr(shown))
        if re.search(_PLACEHOLDER, shown):
            about = f"this looks like a placeholder: {about}"
        if asks:
            about += ", or" if "; write" in about else "; write one, or"
            about += " leave it empty to have it asked as a parameter"
        spot.error(self.code, about)

    def given(self, said: Value | None, spot: Spot, asked: Parameter) -> Value:
        """Use what is given; where nothing is, leave it to a parameter."""
        return spot.ask(asked) if said is None or said == "" else self.read(said, spot, asks=True)


EC2_ID = "(?:[0-9a-f]{8}|[0-9a-f]{17})"
"""What follows the kind in the id of a thing of EC2 or EFS, as a pattern."""
_DNS_NAME = r"[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*"
_IN_EC2_ARN = f"(?:{arns.form('ec2', '[a-z-]+/')})?"

VPC = Existing(
    pattern=f"{_IN_EC2_ARN}(?P<id>vpc-{EC2_ID})",
    code="vpc-unknown",
    message="{text} is not the id or ARN of a VPC; write e.g. vpc-0a1b2c3d",
    group="Network",
    type="AWS::EC2::VPC::Id",
)
SUBNET = Existing(
    pattern=f"{_IN_EC2_ARN}(?P<id>subnet-{EC2_ID})",
    code="subnet-unknown",
    message="{text} is not the id of a subnet; write e.g. subnet-0a1b2c3d",
    group="Network",
    type="AWS::EC2::Subnet::Id",
)
SECURITY_GROUP = Existing(
    pattern=f"{_IN_EC2_ARN}(?P<id>sg-{EC2_ID})",
    code="group-unknown",
    message="{text} is not the id of a security group; write e.g. sg-0a1b2c3d",
    group="Network",
    type="AWS::EC2::SecurityGroup::Id",
)

PUBLIC_ADDRESS = Existing(
    pattern="(?ai:true|false|enabled|disabled)",
    code="public-ip",
    message="must be true or false",
    group="Network",
    spellings=Frozen(
        {"true": "ENABLED", "enabled": "ENABLED", "false": "DISABLED", "disabled": "DISABLED"}
    ),
)
"""Whether tasks get public addresses: read in the same way, though nothing exists."""

# The name of one that the stack creates, read in the same way. The lengths are the limits of Cloud
# Map for a name, and of DNS for each of its parts.
NAMESPACE = Existing(
    pattern=rf"(?!(?:true|false)$)(?=.{{1,127}}$){_DNS_NAME}",
    code="namespace-unknown",
    message="{text} is not a valid domain name; write e.g. shop.internal",
    group="Network",
    allowed_pattern=_DNS_NAME,
    constraint="a domain name, such as shop.internal",
)

FILE_SYSTEM = Existing(
    pattern=f"(?:{arns.form('elasticfilesystem', 'file-system/')})?(?P<id>fs-{EC2_ID})",
    code="volume-unknown",
    message="{text} is not the id or ARN of a file system; write e.g. fs-0a1b2c3d",
    group="Storage",
    allowed_pattern="fs-[0-9a-f]+",
    constraint="the id of an EFS file system",
)

_CLUSTER_NAME = "[A-Za-z0-9_-]{1,255}"

# Of an ARN, the name at its end is used.
CLUSTER = Existing(
    pattern=f"(?:{arns.form('ecs', 'cluster/')})?(?P<id>{_CLUSTER_NAME})",
    code="cluster-unknown",
    message="{text} is not the name or ARN of an ECS cluster; write e.g. production",
    group="Cluster",
    allowed_pattern=_CLUSTER_NAME,
    constraint="the name of an ECS cluster, not its ARN",
)
INSTANCE_TYPE = Existing(
    pattern=r"[a-z][a-z0-9-]*\.[a-z0-9-]+",
    code="machine-unknown",
    message="{text} is not a valid instance type; write e.g. g5.xlarge",
)
AMI = Existing(
    pattern=f"ami-{EC2_ID}",
    code="ami-unknown",
    message="{text} is not the id of an image; write e.g. ami-0a1b2c3d",
)

ROLE = Existing(
    pattern=arns.form("iam", f"role/{arns.PATH}", region=""),
    code="role-unknown",
    message="{text} is neither the ARN of a role nor a policy document",
)
MANAGED_POLICY = Existing(
    pattern=arns.form("iam", f"policy/{arns.PATH}", region="", account=f"(?:aws|{arns.ACCOUNT})"),
    code="policy-unknown",
    message="{text} is not the ARN of a managed policy; write e.g. "
    "arn:aws:iam::aws:policy/ReadOnlyAccess",
)
REGISTRY_CREDENTIALS = Existing(
    pattern=arns.form("secretsmanager", f"secret:{arns.SECRET_NAME}"),
    code="secret-unknown",
    message="{text} is not the ARN of a secret; write that of the one with the user and the "
    "password of the registry (Amazon ECR needs none)",
    group="Images",
    allowed_pattern=r"arn:[a-z-]+:secretsmanager:.+",
    constraint="the ARN of a secret in AWS Secrets Manager",
)


def _of_balancing(resource: str) -> str:
    return arns.form("elasticloadbalancing", resource)


_ASKED_ELB_ARN = "arn:[^:]+:elasticloadbalancing:[^:]+:[0-9]+:"

APPLICATION_LOAD_BALANCER = Existing(
    pattern=_of_balancing("loadbalancer/(?:app|net)(?:/[A-Za-z0-9/-]*)?"),
    code="balancer-unknown",
    message="this is not the ARN of an Application or Network Load Balancer",
    group="Load balancing",
    allowed_pattern=f"{_ASKED_ELB_ARN}loadbalancer/app/.+",
    constraint="the ARN of a load balancer of the type application",
)
"""A load balancer of either type where one is given; the parameter asks for this type."""
NETWORK_LOAD_BALANCER = APPLICATION_LOAD_BALANCER.but(
    allowed_pattern=f"{_ASKED_ELB_ARN}loadbalancer/net/.+",
    constraint="the ARN of a load balancer of the type network",
)
LISTENER = Existing(
    pattern=_of_balancing("listener/[A-Za-z0-9/-]*"),
    code="listener-unknown",
    message="{text} is not the ARN of a listener",
    group="Load balancing",
    allowed_pattern=f"{_ASKED_ELB_ARN}listener/app/.+",
    constraint="the ARN of a listener of an Application Load Balancer",
)
TARGET_GROUP = Existing(
    pattern=_of_balancing("targetgroup/[A-Za-z0-9/-]*"),
    code="target-unknown",
    message="{text} is not the ARN of a target group",
    group="Load balancing",
    allowed_pattern=f"{_ASKED_ELB_ARN}targetgroup/.+",
    constraint="the ARN of a target group",
)
_ACM = arns.form("acm", "certificate/[A-Za-z0-9-]+")
_SERVER = arns.form("iam", f"server-certificate/{arns.PATH}", region="")
CERTIFICATE = Existing(
    pattern=f"{_ACM}|{_SERVER}",
    code="certificate-unknown",
    message="{text} is not the ARN of a certificate in AWS Certificate Manager or IAM",
    group="Load balancing",
    allowed_pattern="arn:[^:]+:(acm|iam):[^:]*:[0-9]+:(server-)?certificate/.+",
    constraint="the ARN of a certificate",
)
