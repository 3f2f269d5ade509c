"""The EC2 instances that a stack starts, whoever chooses them, and the settings of all of them."""

from compose2cfn.model.frozen import Record
from compose2cfn.plan.terms.values import Value

IMAGE_DISK = 30
"""GiB that the images of Amazon ECS need."""
GPU_DISK = 100
"""GiB for images with GPU libraries, which are large; Managed Instances have 80 by default."""


class RootVolume(Record):
    """The disk that an EC2 instance starts from."""

    size: int
    """GiB."""
    device: str = "/dev/xvda"
    """Its name in Amazon Linux."""
    type: str = "gp3"
    encrypted: bool = True
    deleted: bool = True
    """Whether it is deleted with its instance."""


class InstanceMetadata(Record):
    """Who can read the metadata of an EC2 instance, and with it the credentials of its role."""

    tokens: str = "required"
    """Whether a request must have a token: it must, so that a forwarded request has no effect."""
    hop_limit: int = 1
    """How far a response gets: not beyond the instance itself."""
    hidden_from_tasks: bool = True
    """Tasks have their own network interfaces and roles."""


class ManagedScaling(Record):
    """How ECS starts and stops the EC2 instances of a capacity provider."""

    target_capacity: int = 100
    """Percent of the instances that tasks should use: no instance is kept in reserve."""
    draining: bool = True
    """Whether tasks are moved away before an instance stops."""
    termination_protection: bool = False
    """Whether an instance with tasks is protected: then deleting the stack would wait for it."""


class InstanceAttribute(Record):
    """The attribute by which tasks find the EC2 instances of their service in a cluster of others.

    The value is a text for ``Fn::Sub``, in which ``Stack`` stands for the UUID of the stack.
    """

    name: str
    value: str


class InstanceGroup(Record):
    """A group of equal EC2 instances."""

    group_id: str
    """The logical id of the Auto Scaling group."""
    provider_id: str
    """The logical id of the capacity provider with which ECS starts and stops them, if it does."""
    provider_name: Value
    type: Value
    image: Value
    minimum: int | Value
    maximum: int | Value
    name: Value
    """What each of them and its disk are called; they share it."""
    disk: RootVolume
    gpus: bool
    security_modules: tuple[str, ...]
    """The modules of Linux that tasks need, as the ECS agent calls them."""
    image_given: bool
    """Whether the image is another one than those of Amazon ECS."""
    attribute: InstanceAttribute
    scaling: ManagedScaling | None
    """How ECS starts and stops them; None leaves their number to the Auto Scaling group."""
    metadata: InstanceMetadata = InstanceMetadata()


class ManagedInstances(Record):
    """EC2 instances that AWS chooses by what tasks need."""

    provider_id: str
    """The logical id of the capacity provider."""
    provider_name: Value
    vcpus: int
    """At least."""
    memory: int
    """MiB, at least."""
    gpus: int
    """At least."""
    most_gpus: int | None
    """None for any number: a type that is given may have some that nothing uses."""
    processors: tuple[str, ...]
    """The makers of processors that suit the images; empty for that of the type that is given."""
    type: Value | None
    """The only type that may be chosen."""
    arm: bool
    """Whether they have ARM processors."""
    disk: int | None
    """GiB; None leaves it to ECS."""
