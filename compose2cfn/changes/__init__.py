"""What an update from one template to another does, foretold without AWS."""

from compose2cfn.changes.change import Cause, Change, DataFate, Effect, Recreation
from compose2cfn.changes.compare import Comparison, compare_templates
from compose2cfn.changes.written import write_changes

__all__ = [
    "Cause",
    "Change",
    "Comparison",
    "DataFate",
    "Effect",
    "Recreation",
    "compare_templates",
    "write_changes",
]
