"""Tell which tasks must not run beside those that take their place: they write the same data."""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from compose2cfn.diagnostics import KeyPath, listed
from compose2cfn.findings import Findings
from compose2cfn.model.deploy import NO_DEPLOY, NO_UPDATE_CONFIG
from compose2cfn.model.frozen import Record
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.counts import TaskCount
from compose2cfn.plan.known_images import known_image
from compose2cfn.plan.tasks import Tasks


class Writers(Record):
    """Who writes to volumes, and who is a datastore or a broker."""

    stop_first: frozenset[str]
    """The owners of the tasks that stop before new ones start, unless the file says otherwise.

    Those of datastores, with a volume and without: two of them would answer under one name. And
    those that alone write to a volume, one task each; what several write to is shared on purpose.
    """
    writing: frozenset[str]
    """The owners of the tasks that write to volumes."""
    locking: frozenset[str]
    """The owners of the tasks that hold a lock while they write, and so can only stop first."""
    alone: frozenset[str]
    """The owners of those that stop first only because they are the one to write to a volume."""
    shared: tuple[tuple[KeyPath, tuple[str, ...]], ...]
    """Where the volumes are written that several tasks write to, with the owners of these."""
    counts: Mapping[str, TaskCount]

    def report_shared(self, services: Mapping[str, Service], findings: Findings) -> None:
        """Say of each volume that several tasks write to how these are replaced."""
        beside: dict[KeyPath, set[str]] = {}
        for volume, writers in self.shared:
            found = self._beside_others(writers, services)
            beside.setdefault(volume, set()).update(found)
        for volume, owners in sorted(beside.items(), key=str):
            if owners:
                findings.at(*volume).info(
                    "volume-shared",
                    "several tasks write this volume, so it is taken to be shared on purpose: new "
                    f"tasks of {listed(sorted(owners), 'and')} start beside old ones; where that "
                    "breaks something, write deploy.update_config.order: stop-first",
                )

    def report_alone(self, services: Mapping[str, Service], findings: Findings) -> None:
        """Say once which services are down while they are updated, since they alone write."""
        found = sorted(
            owner
            for owner in self.alone
            if not (_says(services[owner]) or self.counts[owner].maximum == 0)
        )
        if found:
            findings.at("services").info(
                "update-stops",
                f"{listed(found, 'and')} {'are' if len(found) > 1 else 'is'} down during an "
                "update: a task that alone writes a volume stops before the next one starts; where "
                "two may write at once, write deploy.update_config.order: start-first",
            )

    def _beside_others(
        self, writers: Iterable[str], services: Mapping[str, Service]
    ) -> Iterator[str]:
        """Name those that start beside old ones and do not say themselves how they are replaced."""
        for owner in writers:
            if not (
                _says(services[owner]) or owner in self.stop_first or self.counts[owner].daemon
            ):
                yield owner


def _says(service: Service) -> bool:
    """Tell whether a service says itself how its tasks are replaced."""
    config = (service.deploy or NO_DEPLOY).update_config or NO_UPDATE_CONFIG
    percents = (config.x_aws_max_percent, service.x_aws_max_percent)
    return bool(config.order) or any(percent is not None for percent in percents)


def find_writers(
    tasks: Tasks,
    services: Mapping[str, Service],
    counts: Mapping[str, TaskCount],
    written: Iterable[tuple[str, tuple[str, ...], KeyPath]],
    *,
    locking: AbstractSet[str],
) -> Writers:
    """Tell who writes to volumes with whom.

    ``written`` has the volumes, each with the owners of the tasks that write to one directory, and
    where it is written; ``locking`` has the owners of the tasks that hold a lock.
    """
    alone: set[str] = set()
    shared = []
    for _, writers, volume in written:
        count = counts[writers[0]]
        if len(writers) == 1 and count.single:
            alone.update(writers)
        else:
            shared.append((volume, writers))
    datastores = _datastores(tasks, services)
    return Writers(
        stop_first=datastores | alone | locking,
        writing=frozenset(alone.union(*(writers for _, writers in shared))),
        locking=frozenset(locking),
        alone=frozenset(alone - datastores - locking),
        shared=tuple(shared),
        counts=counts,
    )


def _datastores(tasks: Tasks, services: Mapping[str, Service]) -> frozenset[str]:
    """Name the owners of the tasks in which a well-known datastore or broker runs."""
    known = {name: known_image(service) for name, service in services.items()}
    return frozenset(
        owner
        for owner, task in tasks.items()
        for name in task.services
        if name not in task.jobs and (image := known[name]) and image.keeps_data
    )
