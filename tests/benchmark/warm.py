"""Measure conversions in a process that has done some already, and print them as JSON.

``python -m tests.benchmark.warm WHAT TURNS``
"""

import json
import sys
from collections.abc import Callable, Mapping
from time import process_time

import yaml

from compose2cfn import Memory, convert, load
from compose2cfn.stack.render import plain_yaml
from tests.benchmark.turns import rounds
from tests.calls import calls
from tests.cases import FIXTURES
from tests.large import compose

DEMO = (FIXTURES / "demo-app" / "compose.yaml").read_text()
FORTY = compose(40, volumes=40)
LINEAR = {count: compose(count, ports=5) for count in (10, 40, 100)}
"""Without volumes: a template has 500 resources at most."""
MODELS = {count: compose(count, ports=1, volumes=50) for count in (10, 1000)}

Work = Callable[[], object]


def conversion(text: str) -> Callable[[], str]:
    """Return the conversion of a file to YAML."""
    files = Memory({"compose.yaml": text})
    return lambda: convert("compose.yaml", files=files).to_yaml()


def configuration(text: str) -> Callable[[], str]:
    """Return what ``config`` does with a file."""
    files = Memory({"compose.yaml": text})
    return lambda: plain_yaml(load("compose.yaml", files=files).to_compose(extensions=True))


def round_trip(text: str) -> Work:
    """Return the reading and writing of a template in C, which knows its tags by name only."""
    return lambda: yaml.dump(_read(text), Dumper=yaml.CSafeDumper)


def _read(text: str) -> object:
    loader = _Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


class _Loader(yaml.CSafeLoader):
    """The reader of YAML in C that takes a tagged value as it is."""


def _untagged(loader: _Loader, _tag: str, node: yaml.Node) -> object:
    match node:
        case yaml.MappingNode():
            return loader.construct_mapping(node, deep=True)
        case yaml.SequenceNode():
            return loader.construct_sequence(node, deep=True)
        case yaml.ScalarNode():
            return loader.construct_scalar(node)
    raise TypeError(node)


yaml.add_multi_constructor("!", _untagged, _Loader)


def works(what: str) -> Mapping[str, Work]:
    """Return the pieces of work of a measurement."""
    match what:
        case "demo" | "forty":
            convert_ = conversion(DEMO if what == "demo" else FORTY)
            return {"ours": convert_, "yardstick": round_trip(convert_())}
        case "services":
            return {str(count): conversion(text) for count, text in LINEAR.items()}
        case "models":
            return {str(count): configuration(text) for count, text in MODELS.items()}
    raise ValueError(what)


def counted() -> Mapping[str, list[float]]:
    """Count the function calls of conversions."""
    found: dict[str, list[float]] = {}
    for name, text in (("demo", DEMO), ("forty", FORTY)):
        work = conversion(text)
        work()
        found[name] = [calls(work)]
    return found


def measure(what: str, turns: int) -> Mapping[str, list[float]]:
    """Count calls, or time the pieces of work of a measurement."""
    return counted() if what == "calls" else rounds(works(what), process_time, turns)


if __name__ == "__main__":
    json.dump(measure(sys.argv[1], int(sys.argv[2])), sys.stdout)
