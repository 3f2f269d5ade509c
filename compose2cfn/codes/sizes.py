"""Codes: sizes of tasks."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation
from compose2cfn.diagnostics import Severity

SIZES = Chapter(
    "Sizes of tasks",
    {
        "cpu-shares": Explanation(
            WARNING,
            cause="A service says only with `cpu_shares` how much CPU it gets.",
            reason="Shares are relative under Docker: they count against those of the other "
            "containers of a host. On ECS they become CPU units (1024 are one vCPU), and the size "
            "of the task is chosen by them.",
            cure="Write how much the service needs.",
            snippet="""
                services:
                  web:
                    image: nginx
                    cpus: 0.5
            """,
        ),
        "disk-size": Explanation(
            ERROR,
            cause="The disk of the instances is smaller than 30 GiB or larger than 16384.",
            reason="The image of Amazon ECS needs 30 GiB, and a volume of the type gp3 can be no "
            "larger than that.",
            cure="Write a size within these bounds.",
            snippet="""
                services:
                  train:
                    image: train
                    x-aws-capacity: {machine: g5.xlarge, disk: 200}
            """,
        ),
        "fargate-disk": Explanation(
            {
                Severity.ERROR: "it is larger than 200 GiB.",
                Severity.WARNING: "it is at most 20 GiB, which every task has anyway.",
            },
            cause="`x-aws-ephemeral_storage` asks for a disk that Fargate does not have.",
            reason="Fargate offers 20 GiB by default, and 21 to 200 if they are asked for.",
            cure="Write a size from 21 to 200. Keep more than that in a volume, or on EC2 "
            "instances.",
            snippet="""
                services:
                  worker:
                    image: worker
                    x-aws-ephemeral_storage: 100
            """,
        ),
        "fargate-size": Explanation(
            {
                Severity.INFO: "this is the size that the task gets.",
                Severity.ERROR: "no size is large enough.",
            },
            cause="The containers of a task say how much CPU and memory they need.",
            reason="Fargate has sizes from 0.25 vCPU with 0.5 GiB to 32 vCPU with 244 GiB, and AWS "
            "bills by them. The smallest that holds the sum of all containers is taken; what is "
            "between two sizes is billed as the larger one.",
            cure="If the size is what you expect, nothing. Otherwise change the limits so that "
            "they fill a size, ask for less, or run the service on EC2 instances.",
        ),
        "memory-least": Explanation(
            WARNING,
            cause="A container asks for less than 6 MiB of memory; it gets 6.",
            reason="Docker, and so ECS, gives no container less.",
            cure="Write 6 MiB or more. Is the unit right? `5` means five bytes.",
            snippet="""
                services:
                  web:
                    image: nginx
                    mem_limit: 128m
            """,
        ),
        "memory-reservation": Explanation(
            ERROR,
            cause="A container reserves more memory than its limit allows.",
            reason="ECS refuses the task definition.",
            cure="Reserve at most the limit.",
            snippet="""
                services:
                  web:
                    image: nginx
                    mem_limit: 1g
                    mem_reservation: 512m
            """,
        ),
        "size-default": Explanation(
            INFO,
            cause="Tasks do not say how much CPU and memory they need. On Fargate, such a task "
            "gets the least, 0.25 vCPU with 512 MiB (Windows: 1 vCPU with 2048 MiB), or what its "
            "images are known to need: a table knows databases, brokers and other heavy images by "
            "the last part of their names. A heap that is written (`-Xmx` in `JAVA_OPTS`, "
            "`ES_JAVA_OPTS`, …) counts instead, with the memory that Java needs beside it. A "
            "service on EC2 instances has as much memory reserved, 512 MiB by default.",
            reason="Docker gives a container all of a machine. On AWS a task has a size, which is "
            "billed; one that is too small is slow, or ends when its memory is used up.",
            cure="Write how much each service needs.",
            snippet="""
                services:
                  web:
                    image: web
                    cpus: 0.5
                    mem_limit: 1g
            """,
        ),
    },
)
