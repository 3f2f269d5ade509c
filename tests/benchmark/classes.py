"""Print what each model class costs at start-up, in a process of its own.

A class costs twice: when it is defined, and when the root model is built from all of them.
"""

import json
import sys
from importlib import import_module
from time import perf_counter
from typing import Any

from pydantic import BaseModel


def measure() -> dict[str, float]:
    """Import the model; give the seconds that each class took, and the building of the root."""
    metaclass: Any = type(BaseModel)
    plain = metaclass.__new__
    costs: dict[str, float] = {}

    def timed(
        cls: type, name: str, bases: tuple[type, ...], names: dict[str, object], **rest: object
    ) -> type:
        start = perf_counter()
        made: type = plain(cls, name, bases, names, **rest)
        costs[name] = perf_counter() - start
        return made

    metaclass.__new__ = timed
    project = import_module("compose2cfn.model.project")
    metaclass.__new__ = plain
    start = perf_counter()
    project.Project.model_rebuild(force=True)
    costs["(building the root)"] = perf_counter() - start
    return costs


if __name__ == "__main__":
    json.dump(measure(), sys.stdout)
