"""Capacity provider strategies: which existing providers run the tasks of a service."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.diagnostics import did_you_mean
from compose2cfn.findings import Spot
from compose2cfn.plan.compute.own_instances import INSTANCE_KEYS
from compose2cfn.plan.compute.settings import number_setting
from compose2cfn.plan.terms.values import Value

FARGATE = "FARGATE"
FARGATE_SPOT = "FARGATE_SPOT"
FARGATE_PROVIDERS = (FARGATE, FARGATE_SPOT)
"""The capacity providers that every account has."""

MOST_PROVIDERS = 20
"""Capacity providers of one service."""

_NAME = r"(?!aws|ecs|fargate)[A-Za-z0-9_-]{1,255}"
_LARGEST_WEIGHT = 1000
_LARGEST_BASE = 100_000


class StrategyItem(NamedTuple):
    """A capacity provider's share of the tasks; the first ``base`` of them run there."""

    provider: Value
    weight: int = 1
    base: int = 0


class ProviderStrategy(NamedTuple):
    """Existing capacity providers: those of Fargate, or those of a cluster."""

    items: tuple[StrategyItem, ...]
    fargate: bool


def single_provider(name: Value) -> ProviderStrategy:
    """Let one capacity provider run all tasks."""
    return ProviderStrategy((StrategyItem(name),), fargate=name in FARGATE_PROVIDERS)


def is_provider(name: str) -> bool:
    """Tell whether a capacity provider can have this name."""
    return name in FARGATE_PROVIDERS or bool(re.fullmatch(_NAME, name))


def read_strategy(said: Mapping[str, object], spot: Spot) -> ProviderStrategy | None:
    """Read a mapping of capacity providers to their weight or to ``{weight, base}``."""
    unknown = [name for name in said if not is_provider(name)]
    for name in unknown:
        hint = did_you_mean(name, (*FARGATE_PROVIDERS, *INSTANCE_KEYS))
        (spot / name).error("capacity-unknown", f"{name!r} is not a capacity provider{hint}")
    if unknown:
        return None
    items = tuple(_item(name, given, spot / name) for name, given in said.items())
    fargate = [item.provider in FARGATE_PROVIDERS for item in items]
    if any(fargate) and not all(fargate):
        spot.error(
            "capacity-conflict",
            "one service cannot use both Fargate and EC2 instances; keep one of them",
        )
    _check_numbers(items, spot)
    return ProviderStrategy(items, fargate=any(fargate))


def _check_numbers(items: tuple[StrategyItem, ...], spot: Spot) -> None:
    """Report what ECS refuses of the numbers of a strategy."""
    if not any(item.weight for item in items):
        spot.error("capacity-weight", "no provider has a weight; give one of them 1 or more")
    if len([item for item in items if item.base]) > 1:
        spot.error("capacity-weight", "only one provider can have a base; keep one of them")
    if len(items) > MOST_PROVIDERS:
        spot.error("capacity-weight", f"a service has at most {MOST_PROVIDERS} capacity providers")


def _item(name: str, given: object, spot: Spot) -> StrategyItem:
    """Read the setting of one provider: just its weight, or a mapping."""
    said = given if isinstance(given, Mapping) else {"weight": given}
    for key in sorted(said.keys() - {"weight", "base"}):
        (spot / key).error("unknown-key", "a capacity provider has only weight and base")
    return StrategyItem(name, _weight(said, spot), _base(said, spot))


def _weight(said: Mapping[str, object], spot: Spot) -> int:
    """Read a provider's share of the tasks: 1 by default."""
    if "weight" not in said:
        return 1
    weight = number_setting(said["weight"], spot) or 0
    if isinstance(weight, int) and weight <= _LARGEST_WEIGHT:
        return weight
    spot.error("capacity-weight", f"the weight must be a number from 0 to {_LARGEST_WEIGHT}")
    return 1


def _base(said: Mapping[str, object], spot: Spot) -> int:
    """Read how many of the first tasks run on a provider."""
    base = number_setting(said.get("base"), spot) or 0
    if isinstance(base, int) and base <= _LARGEST_BASE:
        return base
    spot.error("capacity-weight", f"the base must be a number from 0 to {_LARGEST_BASE}")
    return 0
