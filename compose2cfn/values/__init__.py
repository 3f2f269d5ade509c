"""Values for the parameters of a template: read, chosen, checked and written, without AWS."""

from compose2cfn.values.chosen import ChosenValues, choose_values
from compose2cfn.values.given import GivenValues, read_values
from compose2cfn.values.written import write_values

__all__ = ["ChosenValues", "GivenValues", "choose_values", "read_values", "write_values"]
