"""Rules: what a template demands of the values of its parameters, before anything is made.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from collections.abc import Iterator, Mapping

from tests.simulator.refusals import Refusal
from tests.simulator.template import Properties


def check_rules(rules: Mapping[str, Properties], values: Mapping[str, object]) -> None:
    """Refuse values for which an assertion of a rule does not hold."""
    failed = [text for rule in rules.values() for text in _failed(rule, values)]
    if failed:
        raise Refusal(f"Template error: validation of Rules failed: {' '.join(failed)}")


def _failed(rule: Properties, values: Mapping[str, object]) -> Iterator[str]:
    if not _holds(rule.get("RuleCondition", {"Fn::Equals": ["", ""]}), values):
        return
    for assertion in rule["Assertions"]:
        if not _holds(assertion["Assert"], values):
            yield assertion.get("AssertDescription", "")


def _holds(test: object, values: Mapping[str, object]) -> bool:
    match test:
        case {"Fn::Equals": [one, other], **rest} if not rest:
            return _value(one, values) == _value(other, values)
        case {"Fn::Not": [inner], **rest} if not rest:
            return not _holds(inner, values)
        case {"Fn::And": [*several], **rest} if not rest:
            return all(_holds(one, values) for one in several)
        case {"Fn::Or": [*several], **rest} if not rest:
            return any(_holds(one, values) for one in several)
        case {"Fn::Contains": [[*known], one], **rest} if not rest:
            return _value(one, values) in known
    raise Refusal(f"Template error: {test} is not a function of rules")


def _value(written: object, values: Mapping[str, object]) -> object:
    match written:
        case {"Ref": str(name), **rest} if not rest:
            if name not in values:
                raise Refusal(f"Template error: a rule refers to {name}, which is not a parameter")
            return values[name]
        case str():
            return written
    raise Refusal(f"Template error: {written} is not a value of rules")
