"""The settings of every group of EC2 instances that a stack starts, whatever runs on it."""

from typing import NamedTuple

from compose2cfn.model.frozen import Record

IMAGE_DISK = 30
"""GiB that the images of Amazon ECS need."""
GPU_DISK = 100
"""GiB for images with GPU libraries, which are large; Managed Instances have 80 by default."""


class RootVolume(NamedTuple):
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
