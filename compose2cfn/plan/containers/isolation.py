"""Decide which processes and which memory the containers of a task see of each other."""

from collections.abc import Mapping

from compose2cfn.findings import Findings, Spot
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import Launch

ON_INSTANCES = "write x-aws-capacity: EC2 to run the service on its own EC2 instances"
"""What to write if Fargate cannot do something."""


def share_processes(services: Mapping[str, Service], launch: Launch, findings: Findings) -> str:
    """Say whose processes the containers of a task see: ``host``, ``task``, or each its own."""
    mode = ""
    for name in sorted(services):
        spot = findings.at("services", name) / "pid"
        mode = _pid(services[name].pid, services, launch, spot) or mode
    return mode


def share_memory(services: Mapping[str, Service], launch: Launch, findings: Findings) -> str:
    """Say whose memory segments the containers of a task share, in the same words."""
    mode = ""
    for name in sorted(services):
        spot = findings.at("services", name) / "ipc"
        mode = _ipc(services[name].ipc, services, launch, spot) or mode
    return mode


def _pid(said: str, services: Mapping[str, Service], launch: Launch, spot: Spot) -> str:
    match said.partition(":"):
        case "", _, _:
            return ""
        case "host", "", _ if not launch.fargate:
            return "host"
        case "host", "", _:
            about = f"containers on Fargate cannot see the processes of a host; {ON_INSTANCES}"
            spot.error("fargate-pid", about)
        case "service", _, other if other in services:
            spot.warn(
                "pid-task",
                "all containers of the task see each other's processes, not only these two",
            )
            return "task"
        case _:
            spot.error(
                "pid-elsewhere",
                "containers see each other's processes only within a task; write network_mode: "
                "service:NAME with the same service",
            )
    return ""


def _ipc(said: str, services: Mapping[str, Service], launch: Launch, spot: Spot) -> str:
    match said.partition(":"):
        case ("" | "none" | "private" | "shareable", "", _):
            # The default of every container: memory of its own, which others may ask to share.
            return ""
        case _ if launch.fargate:
            spot.error(
                "fargate-ipc", f"containers cannot share memory segments on Fargate; {ON_INSTANCES}"
            )
        case "host", "", _:
            return "host"
        case "service", _, other if other in services:
            return "task"
        case _:
            spot.error(
                "ipc-elsewhere",
                "containers share memory segments only within a task; write network_mode: "
                "service:NAME with the same service",
            )
    return ""
