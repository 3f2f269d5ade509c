"""Group services into tasks: containers of one task share a network and a life.

A task is made of a service and those that live with it: what says ``network_mode: service:x``
shares the network of ``x``, and a job that others wait to see completed runs first in the task of
one of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from compose2cfn.diagnostics import listed
from compose2cfn.model.app import App
from compose2cfn.model.project import Project
from compose2cfn.model.service import Service
from compose2cfn.plan.terms.findings import Notes

COMPLETED = "service_completed_successfully"
MOST_CONTAINERS = 10
"""Containers in one task definition, a hard limit of ECS."""


@dataclass(frozen=True, slots=True)
class Task:
    """The services that run as one task; the owner gives ids, roles and family."""

    owner: str
    services: tuple[str, ...]
    jobs: frozenset[str]
    """The services that run to their end before the others start."""


@dataclass(frozen=True, slots=True)
class Groups:
    """All tasks of a project, by the name of their owner."""

    tasks: Mapping[str, Task]
    owners: Mapping[str, str]
    """The owner of each service's task."""

    def of(self, service: str) -> Task:
        """Find the task that a service runs in."""
        return self.tasks[self.owners[service]]


def group(app: App, notes: Notes) -> Groups:
    """Put each service into the task that it runs in."""
    services = app.project.services
    host = {name: sharer for name, s in services.items() if (sharer := _shares(s)) in services}
    jobs = frozenset(_jobs(app.project))
    for name in sorted(jobs):
        if name not in host:
            host[name] = _carrier(app, name, notes)
    owners = {name: _root(name, host) for name in services}
    tasks = {}
    for owner in dict.fromkeys(owners.values()):
        members = tuple(
            sorted((n for n in services if owners[n] == owner), key=lambda n: (n != owner, n))
        )
        tasks[owner] = Task(owner, members, jobs & frozenset(members))
    return Groups(tasks, owners)


def dependencies(app: App, groups: Groups) -> Mapping[str, tuple[str, ...]]:
    """List for each task the owners of the tasks that must be up before it, sorted."""
    services = app.project.services
    return {
        owner: tuple(
            sorted(
                {
                    groups.owners[needed]
                    for member in task.services
                    for needed in services[member].depends_on
                    if needed in groups.owners
                }
                - {owner}
            )
        )
        for owner, task in groups.tasks.items()
    }


def report_cycles(app: App, needs: Mapping[str, tuple[str, ...]], notes: Notes) -> None:
    """Report tasks that wait for each other once services are grouped."""
    done: set[str] = set()

    def walk(owner: str, trail: tuple[str, ...]) -> None:
        if owner in trail:
            ring = (*trail[trail.index(owner) :], owner)
            notes.error(
                "dependency-cycle",
                f"grouped into tasks, these services wait for each other: {' → '.join(ring)}; "
                "take one of the dependencies out, or carry the job elsewhere with x-aws-carrier",
                ("services", owner, "depends_on"),
            )
        elif owner not in done:
            for needed in needs[owner]:
                walk(needed, (*trail, owner))
            done.add(owner)

    for owner in sorted(app.project.services.keys() & needs.keys()):
        walk(owner, ())


def _shares(service: Service) -> str:
    """Name the service whose network another one uses."""
    kind, _, name = (service.network_mode or "").partition(":")
    return name if kind == "service" else ""


def _dependants(project: Project, name: str) -> Iterator[tuple[str, str]]:
    """List who waits for a service, and for what."""
    for other, service in sorted(project.services.items()):
        if name in service.depends_on:
            yield other, service.depends_on[name].condition


def _jobs(project: Project) -> Iterator[str]:
    """List the services that others wait to see completed, and that nobody needs running."""
    for name in project.services:
        conditions = {condition for _, condition in _dependants(project, name)}
        if conditions == {COMPLETED}:
            yield name


def _carrier(app: App, job: str, notes: Notes) -> str:
    """Choose the service whose task runs a job first."""
    waiting = [name for name, _ in _dependants(app.project, job)]
    path = ("services", job)
    notes.warn(
        "job-repeats",
        "this job runs at every start of the task that carries it; it must do no harm when it "
        "runs again",
        path,
    )
    wanted = app.project.services[job].x_aws_carrier
    if wanted and wanted not in waiting:
        notes.error(
            "carrier-unknown",
            f"{wanted!r} does not wait for this job; name one that does: {listed(waiting)}",
            (*path, "x-aws-carrier"),
        )
    elif wanted:
        return wanted
    elif len(waiting) > 1:
        notes.warn(
            "job-carrier",
            f"{listed(waiting, 'and')} wait for this job; it runs in the task of {waiting[0]!r}, "
            "and the others "
            "wait for that task; choose with x-aws-carrier",
            path,
        )
    return waiting[0]


def _root(name: str, host: Mapping[str, str]) -> str:
    """Follow the sharing of networks and tasks to the service that owns the task."""
    seen: set[str] = set()
    while name in host and name not in seen:
        seen.add(name)
        name = host[name]
    return min(_ring(name, host)) if name in seen else name


def _ring(name: str, host: Mapping[str, str]) -> Iterable[str]:
    """List the services that share each other's network in a ring (reported as a cycle)."""
    ring = [name]
    while (name := host[name]) != ring[0]:
        ring.append(name)
    return ring
