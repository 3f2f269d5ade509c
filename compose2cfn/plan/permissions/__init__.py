"""What the code in containers may do on AWS, and ECS on its behalf."""

from compose2cfn.plan.permissions.documents import LARGEST_POLICIES, POLICY_VERSIONS, extent
from compose2cfn.plan.permissions.roles import Roles, ServicePermissions, grant_roles

__all__ = [
    "LARGEST_POLICIES",
    "POLICY_VERSIONS",
    "Roles",
    "ServicePermissions",
    "extent",
    "grant_roles",
]
