"""Tell which tasks must not run beside those that take their place: they write the same data."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Findings
from compose2cfn.model.deploy import Deploy, UpdateConfig
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.counts import TaskCount
from compose2cfn.plan.known_images import known_image
from compose2cfn.plan.tasks import Tasks


class Writers(NamedTuple):
    """Who writes to volumes, and who is a datastore or a broker."""

    written: tuple[tuple[str, tuple[str, ...]], ...]
    """The volumes that tasks write to, with the owners of those that write to one directory."""
    datastores: frozenset[str]
    """The owners of the tasks in which a datastore or a broker runs."""
    counts: Mapping[str, TaskCount]

    def stop_first(self, owner: str) -> bool:
        """Tell whether tasks stop before new ones start, unless the file says otherwise.

        A datastore does, with a volume and without: two of them would answer under one name. So
        does the one task that writes to a volume; what several write to is shared on purpose.
        """
        return owner in self.datastores or any(
            writers == (owner,) and self._single(owner) for _, writers in self.written
        )

    def writes(self, owner: str) -> bool:
        """Tell whether tasks write to a volume."""
        return any(owner in writers for _, writers in self.written)

    def report_shared(self, services: Mapping[str, Service], findings: Findings) -> None:
        """Say of each volume that several tasks write to how these are replaced."""
        beside: dict[str, set[str]] = {}
        for volume, writers in self.written:
            if len(writers) > 1 or not all(map(self._single, writers)):
                found = self._beside_others(writers, services)
                beside.setdefault(volume, set()).update(found)
        for volume, owners in sorted(beside.items()):
            if owners:
                findings.at("volumes", volume).info(
                    "volume-shared",
                    "several tasks write this volume, so it is taken to be shared on purpose: new "
                    f"tasks of {listed(sorted(owners), 'and')} start beside old ones; where that "
                    "breaks something, write deploy.update_config.order: stop-first",
                )

    def _single(self, owner: str) -> bool:
        """Tell whether there is one task of a service, but for the moment when it is replaced."""
        count = self.counts[owner]
        return count.maximum == 1 and not count.daemon

    def _beside_others(
        self, writers: Iterable[str], services: Mapping[str, Service]
    ) -> Iterator[str]:
        """Name those that start beside old ones and do not say themselves how they are replaced."""
        for owner in writers:
            config = (services[owner].deploy or Deploy()).update_config or UpdateConfig()
            said = config.order or config.x_aws_max_percent or services[owner].x_aws_max_percent
            if not (said or self.stop_first(owner) or self.counts[owner].daemon):
                yield owner


def datastores(tasks: Tasks, services: Mapping[str, Service]) -> frozenset[str]:
    """Name the owners of the tasks in which a well-known datastore or broker runs."""
    known = {name: known_image(service) for name, service in services.items()}
    return frozenset(
        owner
        for owner, task in tasks.items()
        for name in task.services
        if name not in task.jobs and (image := known[name]) and image.keeps_data
    )
