"""Who may deploy a template: the policies of CloudFormation's role, and of whoever calls it."""

from compose2cfn.policy.documents import LARGEST_POLICY
from compose2cfn.policy.grants import Grants, deployment_grants
from compose2cfn.policy.reach import Reach

__all__ = ["LARGEST_POLICY", "Grants", "Reach", "deployment_grants"]
