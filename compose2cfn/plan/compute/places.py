"""Where a file says what matters for the EC2 instances of a task."""

from collections.abc import Iterator

from compose2cfn.findings import Spot
from compose2cfn.model.deploy import NO_DEPLOY
from compose2cfn.model.service import Service
from compose2cfn.plan.compute.capacity import Capacities
from compose2cfn.plan.compute.own_instances import names_type
from compose2cfn.plan.compute.requests import SizePlaces, gpu_places
from compose2cfn.plan.tasks import Task


class InstancePlaces:
    """The keys that findings about a task and its EC2 instances are about.

    They are looked for when there is a finding; the owner is the place of what no key says.
    """

    def __init__(self, task: Task, capacities: Capacities) -> None:
        self.task = task
        self.capacities = capacities

    @property
    def capacity(self) -> Spot:
        """Go to where it says what it runs on: in the first service that says so itself."""
        own = (name for name, one, _ in self._services() if one.x_aws_capacity is not None)
        return self.capacities.spot(next(own, self.task.owner))

    def capacity_or(self, other: Spot) -> Spot:
        """Go to the capacity if one of its services says it, else to what does not go with it.

        What the top level says suits other services: there, the finding would name none.
        """
        own = any(one.x_aws_capacity is not None for _, one, _ in self._services())
        return self.capacity if own else other

    @property
    def type(self) -> Spot:
        """Go to where it names the type of its instances."""
        named = (place for place, text in self._constraints() if names_type(text))
        return next(named, self.capacity / "machine")

    @property
    def gpus(self) -> Spot:
        """Go to the first key that asks for GPUs."""
        return next(filter(None, map(self.gpus_of, self.task.services)), self._owner)

    def gpus_of(self, name: str) -> Spot | None:
        """Go to the first key of a service that asks for GPUs."""
        spot = self.capacities.findings.at("services", name)
        return next(gpu_places(self.capacities.project.services[name], spot), None)

    @property
    def platform(self) -> Spot:
        """Go to the first platform that is written, else to the type of the instances."""
        said = (spot / "platform" for _, one, spot in self._services() if one.platform)
        return next(said, self.type)

    @property
    def cpu(self) -> Spot:
        """Go to where it says how much CPU it needs."""
        return self._sizes.cpu

    @property
    def memory(self) -> Spot:
        """Go to where it says how much memory it needs."""
        return self._sizes.memory

    @property
    def _sizes(self) -> SizePlaces:
        places = ((one, spot) for _, one, spot in self._services())
        return SizePlaces.of_task(places, self._owner)

    @property
    def _owner(self) -> Spot:
        return self.capacities.findings.at("services", self.task.owner)

    def _services(self) -> Iterator[tuple[str, Service, Spot]]:
        """Yield the services that run as the task, each with its place."""
        for name in self.task.services:
            place = self.capacities.findings.at("services", name)
            yield name, self.capacities.project.services[name], place

    def _constraints(self) -> Iterator[tuple[Spot, str]]:
        """Yield the placement constraints of its services, each with its place."""
        for _, service, spot in self._services():
            here = spot / "deploy" / "placement" / "constraints"
            constraints = (service.deploy or NO_DEPLOY).placement.constraints
            yield from ((here / number, text) for number, text in enumerate(constraints))
