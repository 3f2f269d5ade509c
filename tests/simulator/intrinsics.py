"""Evaluate intrinsic functions as CloudFormation does."""

import base64
import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.simulator.account import ACCOUNT_ID, PARTITION, Account
from tests.simulator.refusals import Refusal
from tests.simulator.template import PLACEHOLDER, Template, attribute

Lookup = Callable[[str, str], object]
"""Returns a resource's physical id (empty attribute) or one of its attributes."""


class Unknown(str):
    """A text that is known only once a resource has been made."""

    __slots__ = ()


class _Absent:
    """The value of ``AWS::NoValue``."""


ABSENT = _Absent()


@dataclass(frozen=True)
class Scope:
    """What a template's expressions see."""

    template: Template
    account: Account
    stack_name: str
    stack_id: str
    parameters: Mapping[str, object]
    exports: Mapping[str, str]
    lookup: Lookup
    imported: set[str] = field(default_factory=set)
    """The exports of other stacks that were looked at."""
    _conditions: dict[str, bool] = field(default_factory=dict)

    def value(self, expression: object) -> object:
        """Evaluate an expression; entries that come to ``AWS::NoValue`` are left out."""
        match expression:
            case {"Ref": str(name), **rest} if not rest:
                return self._reference(name, "")
            case {"Condition": str(name), **rest} if not rest:
                return self.holds(name)
            case dict() if len(expression) == 1:
                ((name, argument),) = expression.items()
                if name.startswith("Fn::"):
                    return self._call(name.removeprefix("Fn::"), argument)
        match expression:
            case dict():
                table = {key: self.value(item) for key, item in expression.items()}
                return {key: item for key, item in table.items() if item is not ABSENT}
            case list():
                return [item for item in map(self.value, expression) if item is not ABSENT]
        return expression

    def holds(self, condition: str) -> bool:
        """Tell whether a condition holds; without a name it always does."""
        if condition not in self._conditions:
            test = self.template.conditions[condition] if condition else {"Fn::And": []}
            self._conditions[condition] = self.value(test) is True
        return self._conditions[condition]

    def _reference(self, name: str, attribute_name: str) -> object:
        if name in self.template.declarations:
            return self.lookup(name, attribute_name)
        if name in self.parameters:
            return self.parameters[name]
        known: dict[str, object] = {
            "AWS::AccountId": ACCOUNT_ID,
            "AWS::NoValue": ABSENT,
            "AWS::NotificationARNs": [],
            "AWS::Partition": PARTITION,
            "AWS::Region": self.account.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": "amazonaws.com",
        }
        if name not in known:
            raise Refusal(f"Template error: unresolved reference to {name}")
        return known[name]

    def _call(self, function: str, argument: object) -> object:
        match function, argument:
            case "If", [str(condition), yes, no]:
                return self.value(yes if self.holds(condition) else no)
            case "Sub", str(text):
                return self._substitute(text, {})
            case "Sub", [str(text), dict(names)]:
                return self._substitute(text, names)
            case "GetAtt", _:
                return self._reference(*attribute(argument))
        given = self.value(argument)
        if function in WORLDLY:
            return self._found(function, given)
        return _tested(function, given) if function in TESTS else _computed(function, given)

    def _found(self, function: str, given: object) -> object:
        match function, given:
            case "FindInMap", [str(table), str(row), str(column)]:
                return self._find(table, row, column)
            case "ImportValue", str(name) if name in self.exports:
                self.imported.add(name)
                return self.exports[name]
            case "ImportValue", _:
                raise Refusal(f"No export named {given} found.")
            case "GetAZs", str():
                zones = self.account.call("ec2", "DescribeAvailabilityZones", {})
                return sorted(zone["ZoneName"] for zone in zones["AvailabilityZones"])
        raise Refusal(f"Template error: Fn::{function} cannot take {given!r}")

    def _substitute(self, text: str, names: Mapping[str, object]) -> str:
        parts: list[object] = []
        end = 0
        for match in PLACEHOLDER.finditer(text):
            name = match[1].strip()
            parts.append(text[end : match.start()])
            parts.append(
                self.value(names[name])
                if name in names
                else self._reference(name.partition(".")[0], name.partition(".")[2])
            )
            end = match.end()
        joined = _joined("", [*parts, text[end:]])
        return type(joined)(joined.replace("${!", "${"))

    def _find(self, table: str, row: str, column: str) -> object:
        try:
            return self.template.mappings[table][row][column]
        except KeyError as error:
            raise Refusal(
                f"Template error: Unable to get mapping for {table}::{row}::{column}"
            ) from error


WORLDLY = {"FindInMap", "GetAZs", "ImportValue"}
"""Functions that look at more than their argument."""
TESTS = {"And", "Equals", "Not", "Or"}


def _tested(function: str, given: object) -> bool:
    match function, given:
        case "And", list(results):
            return all(result is True for result in results)
        case "Or", list(results):
            return any(result is True for result in results)
        case "Not", [result]:
            return result is not True
        case "Equals", [left, right]:
            return _plain(left) == _plain(right)
    raise Refusal(f"Template error: Fn::{function} cannot take {given!r}")


def _computed(function: str, given: object) -> object:
    result: object
    match function, given:
        case ("Split", [_, Unknown() as text]) | ("Select", [_, Unknown() as text]):
            result = text
        case "Base64", Unknown():
            result = given
        case "Join", [str(separator), list(parts)]:
            result = _joined(separator, parts)
        case "Split", [str(separator), str(text)]:
            result = text.split(separator)
        case "Select", [index, list(items)] if int(str(index)) < len(items):
            result = items[int(str(index))]
        case "Base64", str(text):
            result = base64.b64encode(text.encode()).decode()
        case "Cidr", [str(block), count, *bits]:
            result = _blocks(block, int(str(count)), int(str(bits[0])) if bits else 8)
        case _:
            raise Refusal(f"Template error: Fn::{function} cannot take {given!r}")
    return result


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _joined(separator: str, parts: Sequence[object]) -> str:
    if any(isinstance(part, dict | list) for part in parts):
        raise Refusal("Template error: every value that is joined or substituted must be a string")
    kind = Unknown if any(isinstance(part, Unknown) for part in parts) else str
    return kind(separator.join(map(_plain, parts)))


def _blocks(block: str, count: int, bits: int) -> list[str]:
    network = ipaddress.ip_network(block)
    subnets = network.subnets(new_prefix=network.max_prefixlen - bits)
    return [str(subnet) for _, subnet in zip(range(count), subnets, strict=False)]
