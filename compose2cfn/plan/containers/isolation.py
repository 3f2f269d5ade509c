"""Decide which processes and which memory the containers of a task see of each other."""

from collections.abc import Mapping

from compose2cfn.diagnostics import Steps
from compose2cfn.model.service import Service
from compose2cfn.plan.compute import Launch as Host
from compose2cfn.plan.containers.kernel import ELSEWHERE
from compose2cfn.plan.terms.findings import Notes


def namespaces(members: Mapping[str, Service], host: Host, notes: Notes) -> Mapping[str, str]:
    """Give the fields of a task that say what its containers share."""
    found = {
        field: mode
        for name, service in sorted(members.items())
        for field, mode in (
            ("IpcMode", _ipc(name, service, members, host, notes)),
            ("PidMode", _pid(name, service, members, host, notes)),
        )
        if mode
    }
    return dict(sorted(found.items()))


def _pid(
    name: str, service: Service, members: Mapping[str, Service], host: Host, notes: Notes
) -> str:
    path: Steps = ("services", name, "pid")
    match service.pid.partition(":"):
        case "", _, _:
            return ""
        case "host", "", _ if not host.fargate:
            return "host"
        case "host", "", _:
            notes.error(
                "fargate-pid", f"Fargate shows no processes of the machine; {ELSEWHERE}", path
            )
        case "service", _, other if other in members:
            notes.warn(
                "pid-task",
                "all containers of the task see each other's processes, not only these two",
                path,
            )
            return "task"
        case _:
            notes.error(
                "pid-elsewhere",
                "containers see each other's processes only within a task; write network_mode: "
                "service:NAME with the same service",
                path,
            )
    return ""


def _ipc(
    name: str, service: Service, members: Mapping[str, Service], host: Host, notes: Notes
) -> str:
    path: Steps = ("services", name, "ipc")
    match service.ipc.partition(":"):
        case ("" | "none" | "private" | "shareable", "", _):
            # What every container has: memory of its own, which others may ask to share.
            return ""
        case _ if host.fargate:
            notes.error(
                "fargate-ipc", f"containers share no memory segments on Fargate; {ELSEWHERE}", path
            )
        case "host", "", _:
            return "host"
        case "service", _, other if other in members:
            return "task"
        case _:
            notes.error(
                "ipc-elsewhere",
                "containers share memory segments only within a task; write network_mode: "
                "service:NAME with the same service",
                path,
            )
    return ""
