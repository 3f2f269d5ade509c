"""CloudFormation in one region of one account."""

import re
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests.simulator.account import Account
from tests.simulator.changes import Change, foretell
from tests.simulator.parameters import evaluate
from tests.simulator.refusals import Refusal
from tests.simulator.resources import BY_TYPE
from tests.simulator.resources.base import Site
from tests.simulator.rules import check_rules
from tests.simulator.stacks import CLOCK, Stack, Version
from tests.simulator.template import Declaration, Template, parse

NO_CHANGES = (
    "The submitted information didn't contain changes."
    " Submit different information to create a change set."
)


@dataclass(frozen=True)
class Submission:
    """What a user sends: a template, parameter values, and what they acknowledge."""

    text: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    capabilities: tuple[str, ...] = ("CAPABILITY_IAM",)


@dataclass
class ChangeSet:
    """A change that is planned, and perhaps carried out."""

    name: str
    id: str
    stack: Stack
    version: Version
    capabilities: tuple[str, ...]
    changes: tuple[Change, ...]
    execution_status: str = "AVAILABLE"
    created: datetime = CLOCK

    @property
    def empty(self) -> bool:
        """Tell whether it changes nothing; then it has failed."""
        return not self.changes


@dataclass
class Cloud:
    """The stacks of an account in a region; deleted ones are kept, as CloudFormation does."""

    account: Account = field(default_factory=Account)
    stacks: list[Stack] = field(default_factory=list)
    change_sets: list[ChangeSet] = field(default_factory=list)

    def find(self, name: str) -> Stack:
        """Find a stack by name or id; a deleted one only by id."""
        for stack in self.stacks:
            if name == stack.id or (name == stack.name and stack.status != "DELETE_COMPLETE"):
                return stack
        raise Refusal(f"Stack with id {name} does not exist")

    def find_change_set(self, name: str, stack_name: str) -> ChangeSet:
        """Find a change set by its id, or by its name and its stack's."""
        for change_set in self.change_sets:
            of_stack = stack_name in {change_set.stack.name, change_set.stack.id}
            if name == change_set.id or (name == change_set.name and of_stack):
                return change_set
        raise Refusal(f"ChangeSet [{name}] does not exist", "ChangeSetNotFound")

    def create(self, name: str, submission: Submission) -> Stack:
        """Create a stack; one that fails stays, with its history, and the refusal is raised."""
        if any(name == stack.name for stack in self.stacks if stack.status != "DELETE_COMPLETE"):
            raise Refusal(f"Stack [{name}] already exists", "AlreadyExistsException")
        stack = self._new(name)
        version = self._version(stack, submission)
        self.stacks.append(stack)
        stack.become(version)
        return stack

    def update(self, name: str, submission: Submission) -> Stack:
        """Update a stack."""
        stack = self.find(name)
        version = self._version(stack, submission)
        if not any(foretell(stack, version)):
            raise Refusal("No updates are to be performed.")
        stack.become(version)
        return stack

    def delete(self, name: str) -> None:
        """Delete a stack, if there is one."""
        try:
            stack = self.find(name)
        except Refusal:
            return
        for export, user in self._users(stack).items():
            raise Refusal(f"Export {export} cannot be deleted as it is in use by {user}")
        stack.delete()

    def plan(
        self, name: str, stack_name: str, submission: Submission, *, create: bool = False
    ) -> ChangeSet:
        """Make a change set; one for a stack to be created makes the stack, still empty."""
        known = [s for s in self.stacks if stack_name in {s.name, s.id}]
        stack = next((s for s in known if s.status != "DELETE_COMPLETE"), None)
        if create and stack and stack.status != "REVIEW_IN_PROGRESS":
            raise Refusal(f"Stack [{stack_name}] already exists and cannot be created again")
        if not create and (stack is None or stack.version is None):
            raise Refusal(f"Stack [{stack_name}] does not exist")
        if stack is None:
            stack = self._new(stack_name)
        version = self._version(stack, submission)
        arn = self.account.arn("cloudformation", f"changeSet/{name}/{uuid.uuid4()}")
        changes = tuple(foretell(stack, version))
        change_set = ChangeSet(name, arn, stack, version, submission.capabilities, changes)
        if change_set.empty:
            change_set.execution_status = "UNAVAILABLE"
        if stack not in self.stacks:
            stack.note("REVIEW_IN_PROGRESS", "User Initiated")
            self.stacks.append(stack)
        self.change_sets.append(change_set)
        return change_set

    def execute(self, change_set: ChangeSet) -> None:
        """Carry out a change set; how it went is the stack's status."""
        status = change_set.execution_status
        if status != "AVAILABLE":
            raise Refusal(
                f"ChangeSet [{change_set.id}] cannot be executed in its current execution status"
                f" of [{status}]",
                "InvalidChangeSetStatus",
            )
        try:
            change_set.stack.become(change_set.version)
        except Refusal:
            change_set.execution_status = "EXECUTE_FAILED"
            return
        change_set.execution_status = "EXECUTE_COMPLETE"
        others = [one for one in self.change_sets if one.stack is not change_set.stack]
        self.change_sets = [*others, change_set]

    def _new(self, name: str) -> Stack:
        if not re.fullmatch(r"[A-Za-z][-A-Za-z0-9]{0,127}", name):
            raise Refusal(f"Stack name {name} is not valid")
        arn = self.account.arn("cloudformation", f"stack/{name}/{uuid.uuid4()}")
        return Stack(Site(self.account, name, arn))

    def _version(self, stack: Stack, submission: Submission) -> Version:
        template = parse(submission.text)
        check_capabilities(template, submission.capabilities)
        exports = {
            name: value
            for other in self.stacks
            if other is not stack and other.status != "DELETE_COMPLETE"
            for name, value in other.exports.items()
        }
        parameters = evaluate(template.parameters, submission.parameters, self.account)
        check_rules(template.rules, parameters.values)
        return Version(template, parameters, exports, self._users(stack))

    def _users(self, stack: Stack) -> dict[str, str]:
        """Name the stacks that import what a stack exports, by the names of the exports."""
        return {
            name: other.name
            for other in self.stacks
            if other.status != "DELETE_COMPLETE"
            for name in sorted(other.imports & stack.exports.keys())
        }


def check_capabilities(template: Template, capabilities: Collection[str]) -> None:
    """Refuse IAM resources that the caller does not acknowledge."""
    needed = needed_capability(template)
    if needed and not {needed, "CAPABILITY_NAMED_IAM"} & set(capabilities):
        raise Refusal(f"Requires capabilities : [{needed}]", "InsufficientCapabilitiesException")


def needed_capability(template: Template) -> str:
    """Name what whoever deploys a template must acknowledge, if there is something."""
    ours = iam_resources(template)
    named = any(d.type in BY_TYPE and BY_TYPE[d.type].named_by in d.properties for d in ours)
    return "" if not ours else "CAPABILITY_NAMED_IAM" if named else "CAPABILITY_IAM"


def iam_resources(template: Template) -> list[Declaration]:
    """List the resources that decide who may do what."""
    return [d for d in template.declarations.values() if d.type.startswith("AWS::IAM::")]
