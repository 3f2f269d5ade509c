"""Group services into tasks: containers of one task share a network and a lifetime.

A task is made of a service and those that live with it: what says ``network_mode: service:x``
shares the network of ``x``, and a job that others wait to see completed runs first in the task of
one of them.
"""

from collections.abc import Container, Iterable, Iterator, Mapping

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Fixed, Frozen, Record
from compose2cfn.model.service import Service

COMPLETED = "service_completed_successfully"
MOST_CONTAINERS = 10
"""Containers in one task definition, a hard limit of ECS."""


class Task(Record):
    """The services that run as one task; ids, roles and family are named after the owner."""

    owner: str
    services: tuple[str, ...]
    jobs: frozenset[str]
    """The services that run to their end before the others start."""
    needs: tuple[str, ...]
    """The owners of the tasks that must be up before it, sorted."""


class Tasks(Fixed, Mapping[str, Task]):
    """All tasks of a project, by the name of their owner."""

    _tasks: Mapping[str, Task]
    _owners: Mapping[str, str]

    def __init__(self, tasks: Mapping[str, Task], owners: Mapping[str, str]) -> None:
        vars(self).update(_tasks=Frozen(tasks), _owners=Frozen(owners))

    def __getitem__(self, owner: str) -> Task:
        return self._tasks[owner]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tasks)

    def __len__(self) -> int:
        return len(self._tasks)

    def of(self, service: str) -> Task:
        """Find the task that a service runs in; raises `KeyError` for any other name."""
        return self._tasks[self._owners[service]]

    def owner(self, service: str) -> str:
        """Name the owner of the task that a service runs in."""
        return self._owners[service]


def group(app: App, findings: Findings) -> Tasks:
    """Put each service into the task that it runs in."""
    services = app.project.services
    if not services:
        findings.at("services").error(
            "service-none",
            "no service is active, so there is nothing to run; write one, or give a profile",
        )
    waiting = _waiting(services)
    jobs = frozenset(name for name in services if _completes(waiting.get(name, {})))
    owners = _owners(services, _hosts(app, jobs, waiting, findings))
    members: dict[str, list[str]] = {}
    for name in sorted(services):
        members.setdefault(owners[name], []).append(name)
    found = {}
    for owner in dict.fromkeys(owners.values()):
        others = (name for name in members[owner] if name != owner)
        names = (owner, *others)
        found[owner] = Task(
            owner=owner,
            services=names,
            jobs=jobs & {*names},
            needs=_needs(owner, names, services, owners),
        )
    tasks = Tasks(found, owners)
    _report_cycle(tasks, findings)
    return tasks


def _waiting(services: Mapping[str, Service]) -> Mapping[str, Mapping[str, str]]:
    """Return, for each service, those that wait for it, sorted, with their conditions."""
    found: dict[str, dict[str, str]] = {}
    for name in sorted(services):
        for needed, dependency in services[name].depends_on.items():
            found.setdefault(needed, {})[name] = dependency.condition
    return found


def _completes(waiting: Mapping[str, str]) -> bool:
    """Tell whether others wait for a service to complete, and none needs it running."""
    return set(waiting.values()) == {COMPLETED}


def _hosts(
    app: App,
    jobs: Iterable[str],
    waiting: Mapping[str, Mapping[str, str]],
    findings: Findings,
) -> Mapping[str, str]:
    """Name, for each service that runs in the task of another service, that service."""
    services = app.project.services
    hosts = {name: other for name, s in services.items() if (other := _shares(s)) in services}
    carried = [job for job in sorted(jobs) if job not in hosts]
    for job in carried:
        hosts[job] = _carrier(job, services[job].x_aws_carrier, list(waiting[job]), findings)
    _report_uncarried(services, carried, findings)
    return hosts


def _report_uncarried(
    services: Mapping[str, Service], carried: Container[str], findings: Findings
) -> None:
    """Warn where a service that no other one carries says which should."""
    for name, service in sorted(services.items()):
        if service.x_aws_carrier and name not in carried:
            why = (
                f"this runs in the task of {_shares(service)!r}, whose network it shares"
                if _shares(service)
                else "only a job has a carrier: a service that others wait for with condition: "
                "service_completed_successfully"
            )
            spot = findings.at("services", name) / "x-aws-carrier"
            spot.warn("carrier-unused", f"{why}; this has no effect")


def _shares(service: Service) -> str:
    """Name the service whose network another one uses."""
    kind, _, name = (service.network_mode or "").partition(":")
    return name if kind == "service" else ""


def _carrier(job: str, wanted: str | None, waiting: list[str], findings: Findings) -> str:
    """Choose the service whose task runs a job first."""
    spot = findings.at("services", job)
    spot.warn(
        "job-repeats",
        "this job runs each time its task starts; make sure that it does no harm when it runs "
        "again",
    )
    if wanted and wanted not in waiting:
        here = spot / "x-aws-carrier"
        here.error(
            "carrier-unknown",
            f"{here.shown(wanted)!r} does not wait for this job; name one that does: "
            f"{listed(waiting)}",
        )
    elif wanted:
        return wanted
    elif len(waiting) > 1:
        spot.warn(
            "job-carrier",
            f"{listed(waiting, 'and')} wait for this job: it runs in the task of {waiting[0]!r}, "
            "and the others wait for that task; choose another one with x-aws-carrier",
        )
    return waiting[0]


def _owners(services: Iterable[str], hosts: Mapping[str, str]) -> dict[str, str]:
    """Follow the sharing of networks and tasks to the service that owns each task.

    Services that share each other's network in a cycle, which is reported, are owned by the first
    of them by name.
    """
    owners: dict[str, str] = {}
    for name in services:
        trail: dict[str, None] = {}
        here = name
        while here in hosts and here not in trail and here not in owners:
            trail[here] = None
            here = hosts[here]
        if here in trail:
            ring = list(trail)
            here = min(ring[ring.index(here) :])
        owner = owners.get(here, here)
        owners.update(dict.fromkeys((*trail, name), owner))
    return {name: owners[name] for name in services}


def _needs(
    owner: str,
    members: Iterable[str],
    services: Mapping[str, Service],
    owners: Mapping[str, str],
) -> tuple[str, ...]:
    """List the owners of the tasks that must be up before one, sorted."""
    needed = {
        owners[name] for member in members for name in services[member].depends_on if name in owners
    }
    return tuple(sorted(needed - {owner}))


def _report_cycle(tasks: Tasks, findings: Findings) -> None:
    """Report tasks that wait for each other once services are grouped."""
    done: set[str] = set()
    for start in sorted(tasks):
        # Each task on the trail, with those of its needs that were not followed yet.
        trail = {start: iter(tasks[start].needs)} if start not in done else {}
        while trail:
            last = next(reversed(trail))
            following = next(trail[last], None)
            if following is None:
                done.add(last)
                del trail[last]
            elif following in trail:
                names = list(trail)
                ring = (*names[names.index(following) :], following)
                (findings.at("services", following) / "depends_on").error(
                    "dependency-cycle",
                    f"grouped into tasks, these services wait for each other: {' → '.join(ring)}; "
                    "remove one dependency, or carry the job elsewhere with x-aws-carrier",
                )
            elif following not in done:
                trail[following] = iter(tasks[following].needs)
