"""What all resource types have in common."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from typing import ClassVar, NoReturn

from botocore.exceptions import BotoCoreError, ClientError

from tests.simulator.account import Account, Answer
from tests.simulator.refusals import Refusal
from tests.simulator.shapes import ShapeFault
from tests.simulator.template import Properties

_serial = count(1)


@dataclass(frozen=True)
class Site:
    """Where a resource is made: the account and the stack it belongs to."""

    account: Account
    stack_name: str
    stack_id: str


@dataclass
class Resource:
    """A resource of a stack; a subclass makes, changes and deletes one type by API calls.

    A subclass sets ``id`` (the physical id, what ``Ref`` gives) and ``attributes`` (what
    ``Fn::GetAtt`` gives beside the properties) in `create`.
    """

    type: ClassVar[str]
    named_by: ClassVar[str] = ""
    """The property that gives a physical name, if a template may give one that must be unique."""
    name_limit: ClassVar[int] = 255
    named_after_stack: ClassVar[bool] = True
    """A name that CloudFormation makes begins with the stack's, and not with the logical id."""
    replaced_by: ClassVar[frozenset[str]] = frozenset()
    """Properties whose change replaces it, among those of which the registry is not sure."""
    eager: ClassVar[bool] = False
    """It is made as soon as it can be, so that a dependency which is not declared shows."""
    losing: ClassVar[bool] = False
    """It is changed as soon as it can be, while others still have what they had before."""

    site: Site
    logical_id: str
    properties: Properties
    id: str = ""
    attributes: dict[str, object] = field(default_factory=dict)

    def replaced(self, new: Properties, changed: frozenset[str]) -> bool:
        """Tell whether a change of which the registry is not sure replaces it."""
        return bool(changed & self.replaced_by)

    def create(self) -> None:
        """Make it."""
        raise NotImplementedError

    def update(self, changed: frozenset[str]) -> None:
        """Bring what exists to ``properties``, which differ in ``changed``."""
        self.refuse(f"the simulator cannot change {sorted(changed)} in place")

    def delete(self) -> None:
        """Delete it."""
        raise NotImplementedError

    def attribute(self, name: str) -> object:
        """Return what ``Fn::GetAtt`` asks for."""
        known = {**self.properties, **self.attributes}
        if name not in known:
            self.refuse(f"Requested attribute {name} does not exist in schema for {self.type}")
        return known[name]

    def name(self) -> str:
        """Return the name that the template gives, or make one as CloudFormation does."""
        if self.named_by in self.properties:
            given = str(self.properties[self.named_by])
            if len(given) > self.name_limit:
                self.refuse(f"{self.named_by} {given!r} is longer than {self.name_limit}")
            return given
        suffix = f"-{next(_serial):012X}"
        stem = f"{self.site.stack_name}-" * self.named_after_stack + self.logical_id
        return stem[: self.name_limit - len(suffix)].rstrip("-") + suffix

    def spell(self, service: str, operation: str, **arguments: object) -> Properties:
        """Hold the arguments of a call against the API's description, without calling."""
        try:
            return self.site.account.spell(service, operation, arguments)
        except ShapeFault as error:
            raise Refusal(
                f"Properties validation failed for resource {self.logical_id}: {error}"
            ) from error

    def call(self, service: str, operation: str, **arguments: object) -> Answer:
        """Call the API; whatever it does not take is a `Refusal` that names this resource."""
        spelled = self.spell(service, operation, **arguments)
        try:
            return self.site.account.call(service, operation, spelled)
        except (ClientError, BotoCoreError) as error:
            raise Refusal(f"{self.type} {self.logical_id}: {error}") from error

    def refuse(self, message: str) -> NoReturn:
        """Say why AWS does not do this."""
        raise Refusal(f"{self.type} {self.logical_id}: {message}")

    def rest(self, *without: str) -> Properties:
        """Return the properties without some."""
        return {key: value for key, value in self.properties.items() if key not in without}

    def some(self, *names: str) -> Properties:
        """Return those of some properties that are there."""
        return {key: self.properties[key] for key in names if key in self.properties}

    def only(self, changed: Iterable[str], allowed: Iterable[str]) -> None:
        """Refuse a change in place of anything but the allowed properties."""
        if others := set(changed) - set(allowed):
            self.refuse(f"the simulator cannot change {sorted(others)} in place")
