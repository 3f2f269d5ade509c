"""The types of EC2 instances that tasks can run on."""

from collections.abc import Iterator, Mapping

from compose2cfn.model.frozen import Record

# Family → size: vCPUs, GiB of memory, GPUs. Families stand in the order in which one is preferred
# to another of the same size. Sizes whose GPUs are shared with other customers are left out.
# https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html
_X86: Mapping[str, Mapping[str, tuple[int, int, int]]] = {
    "t3": {
        "small": (2, 2, 0),
        "medium": (2, 4, 0),
        "large": (2, 8, 0),
        "xlarge": (4, 16, 0),
        "2xlarge": (8, 32, 0),
    },
    "m6i": {
        "large": (2, 8, 0),
        "xlarge": (4, 16, 0),
        "2xlarge": (8, 32, 0),
        "4xlarge": (16, 64, 0),
        "8xlarge": (32, 128, 0),
        "12xlarge": (48, 192, 0),
        "16xlarge": (64, 256, 0),
        "24xlarge": (96, 384, 0),
        "32xlarge": (128, 512, 0),
    },
    "r6i": {
        "large": (2, 16, 0),
        "xlarge": (4, 32, 0),
        "2xlarge": (8, 64, 0),
        "4xlarge": (16, 128, 0),
        "8xlarge": (32, 256, 0),
        "12xlarge": (48, 384, 0),
        "16xlarge": (64, 512, 0),
        "24xlarge": (96, 768, 0),
        "32xlarge": (128, 1024, 0),
    },
    "g4dn": {
        "xlarge": (4, 16, 1),
        "2xlarge": (8, 32, 1),
        "4xlarge": (16, 64, 1),
        "8xlarge": (32, 128, 1),
        "16xlarge": (64, 256, 1),
        "12xlarge": (48, 192, 4),
        "metal": (96, 384, 8),
    },
    "g6": {
        "xlarge": (4, 16, 1),
        "2xlarge": (8, 32, 1),
        "4xlarge": (16, 64, 1),
        "8xlarge": (32, 128, 1),
        "16xlarge": (64, 256, 1),
        "12xlarge": (48, 192, 4),
        "24xlarge": (96, 384, 4),
        "48xlarge": (192, 768, 8),
    },
    "g5": {
        "xlarge": (4, 16, 1),
        "2xlarge": (8, 32, 1),
        "4xlarge": (16, 64, 1),
        "8xlarge": (32, 128, 1),
        "16xlarge": (64, 256, 1),
        "12xlarge": (48, 192, 4),
        "24xlarge": (96, 384, 4),
        "48xlarge": (192, 768, 8),
    },
    "g6e": {
        "xlarge": (4, 32, 1),
        "2xlarge": (8, 64, 1),
        "4xlarge": (16, 128, 1),
        "8xlarge": (32, 256, 1),
        "16xlarge": (64, 512, 1),
        "12xlarge": (48, 384, 4),
        "24xlarge": (96, 768, 4),
        "48xlarge": (192, 1536, 8),
    },
    "gr6": {"4xlarge": (16, 128, 1), "8xlarge": (32, 256, 1)},
    "g7": {
        "2xlarge": (8, 32, 1),
        "4xlarge": (16, 64, 1),
        "8xlarge": (32, 128, 1),
        "12xlarge": (48, 192, 2),
        "24xlarge": (96, 384, 4),
        "48xlarge": (192, 768, 8),
    },
    "g7e": {
        "2xlarge": (8, 64, 1),
        "4xlarge": (16, 128, 1),
        "8xlarge": (32, 256, 1),
        "12xlarge": (48, 512, 2),
        "24xlarge": (96, 1024, 4),
        "48xlarge": (192, 2048, 8),
    },
    "p3dn": {"24xlarge": (96, 768, 8)},
    "p4d": {"24xlarge": (96, 1152, 8)},
    "p4de": {"24xlarge": (96, 1152, 8)},
    "p5": {"4xlarge": (16, 256, 1), "48xlarge": (192, 2048, 8)},
    "p5e": {"48xlarge": (192, 2048, 8)},
    "p5en": {"48xlarge": (192, 2048, 8)},
    "p6-b200": {"48xlarge": (192, 2048, 8)},
    "p6-b300": {"48xlarge": (192, 4096, 8)},
}
_ARM: Mapping[str, Mapping[str, tuple[int, int, int]]] = {
    "t4g": {
        "small": (2, 2, 0),
        "medium": (2, 4, 0),
        "large": (2, 8, 0),
        "xlarge": (4, 16, 0),
        "2xlarge": (8, 32, 0),
    },
    "m7g": {
        "medium": (1, 4, 0),
        "large": (2, 8, 0),
        "xlarge": (4, 16, 0),
        "2xlarge": (8, 32, 0),
        "4xlarge": (16, 64, 0),
        "8xlarge": (32, 128, 0),
        "12xlarge": (48, 192, 0),
        "16xlarge": (64, 256, 0),
    },
    "r7g": {
        "medium": (1, 8, 0),
        "large": (2, 16, 0),
        "xlarge": (4, 32, 0),
        "2xlarge": (8, 64, 0),
        "4xlarge": (16, 128, 0),
        "8xlarge": (32, 256, 0),
        "12xlarge": (48, 384, 0),
        "16xlarge": (64, 512, 0),
    },
    "g5g": {
        "xlarge": (4, 8, 1),
        "2xlarge": (8, 16, 1),
        "4xlarge": (16, 32, 1),
        "8xlarge": (32, 64, 1),
        "16xlarge": (64, 128, 2),
        "metal": (64, 128, 2),
    },
}

# Families that less than half of the regions offer, counted with
# https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html
RARE_FAMILIES = frozenset(
    {"g5g", "g6e", "g7", "g7e", "p3dn", "p4d", "p4de", "p5", "p5e", "p5en", "p6-b200", "p6-b300"}
)


class InstanceType(Record):
    """An instance type: CPU units, MiB of memory, GPUs."""

    name: str
    cpu: int
    memory: int
    gpus: int
    arm: bool

    @property
    def rare(self) -> bool:
        """Tell whether most regions do not offer it."""
        return self.name.partition(".")[0] in RARE_FAMILIES

    @property
    def usable(self) -> int:
        """MiB that are left for tasks: the system and the ECS agent need some."""
        return self.memory * 7 // 8

    def fits(self, cpu: int, memory: int, gpus: int) -> bool:
        """Tell whether a task of this size can run on it."""
        return self.cpu >= cpu and self.usable >= memory and self.gpus >= gpus


def _listed() -> Iterator[InstanceType]:
    for arm, families in ((False, _X86), (True, _ARM)):
        for family, kinds in families.items():
            for size, (cpus, gib, gpus) in kinds.items():
                yield InstanceType(
                    name=f"{family}.{size}", cpu=cpus * 1024, memory=gib * 1024, gpus=gpus, arm=arm
                )


INSTANCE_TYPES: Mapping[str, InstanceType] = {
    kind.name: kind
    for kind in sorted(_listed(), key=lambda kind: (kind.rare, kind.gpus, kind.cpu, kind.memory))
}
"""The types that are chosen from: what most regions offer first, and of that the smallest."""


def fitting(cpu: int, memory: int, gpus: int, *, arm: bool) -> tuple[InstanceType, ...]:
    """List the types that hold a task, the best first; none with GPUs for one without."""
    return tuple(
        kind
        for kind in INSTANCE_TYPES.values()
        if kind.arm == arm and bool(kind.gpus) == bool(gpus)
        if kind.fits(cpu, memory, gpus)
    )
