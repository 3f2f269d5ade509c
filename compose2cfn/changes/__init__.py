"""What an update from one template to another does, foretold without AWS."""

from compose2cfn.changes.change import Cause, Change, DataFate, Effect, Recreation
from compose2cfn.changes.compare import Comparison, compare_templates
from compose2cfn.changes.lines import Origins, with_lines
from compose2cfn.changes.written import write_changes

__all__ = [
    "Cause",
    "Change",
    "Comparison",
    "DataFate",
    "Effect",
    "Origins",
    "Recreation",
    "compare_templates",
    "with_lines",
    "write_changes",
]
