"""Types that we do not emit, but an overlay may add: as moto's own CloudFormation makes them.

Their properties are held against the registry alone.
"""

from functools import lru_cache
from typing import Any

from moto.cloudformation.parsing import get_model_map

from tests.simulator.account import ACCOUNT_ID
from tests.simulator.resources.base import Resource


class Foreign(Resource):
    _made: Any

    def create(self) -> None:
        model: Any = get_model_map()[self.type]
        self._made = model.create_from_cloudformation_json(
            self.name(), {"Properties": self.properties}, ACCOUNT_ID, self.site.account.region
        )
        self.id = str(self._made.physical_resource_id)

    def delete(self) -> None:
        model: Any = get_model_map()[self.type]
        region = self.site.account.region
        body = {"Properties": self.properties}
        model.delete_from_cloudformation_json(self.id, body, ACCOUNT_ID, region)

    def attribute(self, name: str) -> object:
        if name in self.properties:
            return self.properties[name]
        if not self._made.has_cfn_attr(name):
            self.refuse(f"Requested attribute {name} does not exist in schema for {self.type}")
        return self._made.get_cfn_attribute(name)


@lru_cache
def foreign_class(resource_type: str) -> type[Resource] | None:
    """Return a class for a type that moto makes; None for another one."""
    if resource_type not in get_model_map():
        return None
    return type(resource_type.replace("::", ""), (Foreign,), {"type": resource_type})
