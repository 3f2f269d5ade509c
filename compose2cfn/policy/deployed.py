"""A template, as a policy looks at it: which things of AWS it makes and which it names."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias

from compose2cfn.policy.patterns import alternatives, members, pattern, values_at
from compose2cfn.policy.reach import ANY, Reach


class Deployed:
    """The resources of a template, and what is known of the values in it."""

    def __init__(self, body: Mapping[str, object], reach: Reach, values: Mapping[str, str]) -> None:
        self.reach = reach
        self.parameters = {
            name: members(each) for name, each in members(body.get("Parameters")).items()
        }
        self.resources = {
            id_: members(each) for id_, each in sorted(members(body.get("Resources")).items())
        }
        self._by_kind: dict[str, dict[str, Mapping[str, object]]] = {}
        for id_, resource in self.resources.items():
            properties = members(resource.get("Properties"))
            self._by_kind.setdefault(str(resource.get("Type")), {})[id_] = properties
        self.known = {
            **{name: text for name, text in values.items() if name in self.parameters},
            "AWS::AccountId": reach.account,
            "AWS::Partition": reach.partition,
            "AWS::Region": reach.region,
            "AWS::StackName": reach.stack,
        }

    def kinds(self) -> list[str]:
        """List the types of the resources, each once."""
        return sorted(self._by_kind)

    def of(self, kind: str) -> Iterator[tuple[str, Mapping[str, object]]]:
        """List the resources of a type: ids and properties."""
        yield from self._by_kind.get(kind, {}).items()

    def at(self, kind: str, path: str) -> Iterator[tuple[str, object]]:
        """List what the resources of a type have at a path of properties, with their ids."""
        for id_, properties in self.of(kind):
            yield from ((id_, value) for value in values_at(properties, path))

    def has(self, kind: str, feature: str) -> bool:
        """Tell whether a resource of a type has a property, ``A.B``, or its value, ``A.B=x``."""
        path, _, wanted = feature.partition("=")
        found = [value for _, value in self.at(kind, path)]
        return (
            bool(found) if not wanted else any(self.text(each) in {wanted, ANY} for each in found)
        )

    def text(self, value: object) -> str:
        """Write a pattern that a value matches."""
        return pattern(value, self.known)

    def texts(self, kind: str, path: str) -> list[str]:
        """Write patterns for what the resources of a type have at a path."""
        return [self.text(value) for _, value in self.at(kind, path)]

    def target(self, value: object) -> str | None:
        """Name the resource of this template that a value refers to, if it does."""
        match value:
            case {"Ref": str(id_)} | {"Fn::GetAtt": [str(id_), *_]} if id_ in self.resources:
                return id_
            case {"Fn::GetAtt": str(path)}:
                id_ = path.partition(".")[0]
                return id_ if id_ in self.resources else None
        return None

    def made(self, kind: str, value: object) -> Mapping[str, object] | None:
        """Find the properties of the resource of a type that a value refers to, if it does."""
        target = self.target(value)
        return None if target is None else self._by_kind.get(kind, {}).get(target)

    def names(self, kind: str, by: str, kept: int) -> list[str]:
        """Write patterns for the names of the resources of a type.

        ``by`` is the property that gives a name. Where it is absent, CloudFormation makes one, in
        which it keeps at least so many characters of the stack's.
        """
        return condensed(self.name(properties, by, kept) for _, properties in self.of(kind))

    def name(self, properties: Mapping[str, object], by: str, kept: int) -> str:
        """Write a pattern for the name of a resource."""
        for value in alternatives(properties.get(by, {"Ref": "AWS::NoValue"})):
            return self.of_stack(self.text(value))
        return self.reach.prefix(kept)

    def of_stack(self, name: str) -> str:
        """Write one pattern for all names that begin with the stack's: policies stay short."""
        stack = self.reach.stack
        return self.reach.prefix(len(stack)) if name.startswith(f"{stack}-") else name

    def dynamic_references(self) -> Iterator[tuple[str, str]]:
        """List what CloudFormation looks up while it creates resources: the service, and which."""
        texts = sorted({self.text(value) for value in _values([*self.resources.values()])})
        for text in texts:
            yield from re.findall(r"\{\{resolve:([a-z-]+):((?:\$\{[*?$]\}|[^}])*)\}\}", text)


Thing: TypeAlias = Callable[[Deployed], Iterable[str]]
"""Writes the ARNs of one kind of thing."""


def condensed(texts: Iterable[str]) -> list[str]:
    """Sort texts, each once; where one matches everything, it stands for all of them."""
    found = set(texts)
    return [ANY] if ANY in found else sorted(found)


def _values(value: object) -> Iterator[object]:
    """List a value and all that is in it."""
    yield value
    match value:
        case dict():
            for each in value.values():
                yield from _values(each)
        case list():
            for each in value:
                yield from _values(each)
