"""CloudFormation's API on the wire, for boto3 and the aws command line, inside moto."""

from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from threading import RLock

from moto.cloudformation import urls
from moto.cloudformation.utils import get_stack_from_s3_url
from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse, EmptyResult

from tests.simulator.account import ACCOUNT_ID, PARTITION, Account
from tests.simulator.changes import Change
from tests.simulator.cloud import (
    NO_CHANGES,
    ChangeSet,
    Cloud,
    Submission,
    iam_resources,
    needed_capability,
)
from tests.simulator.refusals import Refusal
from tests.simulator.stacks import Stack
from tests.simulator.template import Properties, Template, parse

MAX_BODY_BYTES = 51_200

Action = Callable[["Responses"], ActionResult]


class _Clouds(defaultdict[str, Cloud]):
    """One cloud for each region that is asked for."""

    def __missing__(self, region: str) -> Cloud:
        self[region] = Cloud(Account(region))
        return self[region]


_clouds = _Clouds()
_lock = RLock()


def install() -> None:
    """Let moto answer for CloudFormation with this simulator; call it before moto starts."""
    urls.url_paths["{0}/$"] = Responses.dispatch


def reset() -> None:
    """Forget all stacks."""
    _clouds.clear()


class WireError(ServiceException):
    """A refusal on its way; moto looks up no other service's errors for a class of ours."""


def answering(action: Action) -> Action:
    """Do one action at a time, and send a refusal as the service's error."""

    @wraps(action)
    def wrapped(self: "Responses") -> ActionResult:
        with _lock:
            try:
                return action(self)
            except Refusal as refusal:
                raise WireError(refusal.code, refusal.message) from refusal

    return wrapped


class Responses(BaseResponse):
    """The actions; names and answers are those of the API reference."""

    def __init__(self) -> None:
        super().__init__(service_name="cloudformation")
        self.automated_parameter_parsing = True

    @property
    def cloud(self) -> Cloud:
        """Return the stacks of the region that is asked."""
        return _clouds[self.region]

    @answering
    def create_stack(self) -> ActionResult:
        stack = self.cloud.create(self._get_param("StackName"), self._submission(None))
        return ActionResult({"StackId": stack.id})

    @answering
    def update_stack(self) -> ActionResult:
        stack = self.cloud.find(self._get_param("StackName"))
        self.cloud.update(stack.id, self._submission(stack))
        return ActionResult({"StackId": stack.id})

    @answering
    def delete_stack(self) -> ActionResult:
        self.cloud.delete(self._get_param("StackName"))
        return EmptyResult()

    @answering
    def create_change_set(self) -> ActionResult:
        name = self._get_param("StackName")
        create = self._get_param("ChangeSetType", "UPDATE") == "CREATE"
        stack = None if create else self.cloud.find(name)
        change_set = self.cloud.plan(
            self._get_param("ChangeSetName"),
            name,
            self._submission(stack),
            create=create,
        )
        return ActionResult({"Id": change_set.id, "StackId": change_set.stack.id})

    @answering
    def describe_change_set(self) -> ActionResult:
        change_set = self._change_set()
        parameters = change_set.version.parameters.shown()
        return ActionResult(
            {
                **_summary(change_set),
                "Capabilities": list(change_set.capabilities),
                "Changes": [_shown_change(change) for change in change_set.changes],
                "Parameters": _pairs(parameters, "ParameterKey", "ParameterValue"),
            }
        )

    @answering
    def execute_change_set(self) -> ActionResult:
        self.cloud.execute(self._change_set())
        return EmptyResult()

    @answering
    def delete_change_set(self) -> ActionResult:
        self.cloud.change_sets.remove(self._change_set())
        return EmptyResult()

    @answering
    def list_change_sets(self) -> ActionResult:
        stack = self.cloud.find(self._get_param("StackName"))
        ours = [one for one in self.cloud.change_sets if one.stack is stack]
        return ActionResult({"Summaries": [_summary(one) for one in ours]})

    @answering
    def describe_stacks(self) -> ActionResult:
        name = self._get_param("StackName")
        kept = [stack for stack in self.cloud.stacks if stack.status != "DELETE_COMPLETE"]
        stacks = [self.cloud.find(name)] if name else kept
        return ActionResult({"Stacks": [describe(stack) for stack in stacks]})

    @answering
    def list_stacks(self) -> ActionResult:
        wanted = self._get_param("StackStatusFilter", [])
        stacks = [s for s in self.cloud.stacks if not wanted or s.status in wanted]
        return ActionResult({"StackSummaries": [describe(stack) for stack in stacks]})

    @answering
    def describe_stack_events(self) -> ActionResult:
        stack = self.cloud.find(self._get_param("StackName"))
        events = [
            {
                "EventId": f"{stack.name}-{number}",
                "LogicalResourceId": event.logical_id,
                "PhysicalResourceId": event.physical_id,
                "ResourceStatus": event.status,
                "ResourceStatusReason": event.reason,
                "ResourceType": event.type,
                "StackId": stack.id,
                "StackName": stack.name,
                "Timestamp": event.time,
            }
            for number, event in enumerate(stack.events)
        ]
        return ActionResult({"StackEvents": events[::-1]})

    @answering
    def describe_stack_resources(self) -> ActionResult:
        stack = self.cloud.find(self._get_param("StackName"))
        wanted = self._get_param("LogicalResourceId")
        resources = _shown_resources(stack)
        shown = [one for one in resources if wanted in {None, one["LogicalResourceId"]}]
        return ActionResult({"StackResources": shown})

    @answering
    def list_stack_resources(self) -> ActionResult:
        stack = self.cloud.find(self._get_param("StackName"))
        return ActionResult({"StackResourceSummaries": _shown_resources(stack)})

    @answering
    def get_template(self) -> ActionResult:
        stack = self.cloud.find(self._get_param("StackName"))
        return ActionResult({"TemplateBody": stack.version.template.text if stack.version else ""})

    @answering
    def validate_template(self) -> ActionResult:
        return ActionResult(_summary_of_template(parse(self._template())))

    @answering
    def get_template_summary(self) -> ActionResult:
        name = self._get_param("StackName")
        if not name:
            template = parse(self._template())
        elif version := self.cloud.find(name).version:
            template = version.template
        else:
            raise Refusal(f"Stack {name} has no template: its change set is not executed")
        kinds = sorted({one.type for one in template.declarations.values()})
        return ActionResult({**_summary_of_template(template), "ResourceTypes": kinds})

    @answering
    def list_exports(self) -> ActionResult:
        exports = [
            {"ExportingStackId": stack.id, "Name": name, "Value": value}
            for stack in self.cloud.stacks
            for name, value in stack.exports.items()
        ]
        return ActionResult({"Exports": exports})

    def _change_set(self) -> ChangeSet:
        name, stack = self._get_param("ChangeSetName"), self._get_param("StackName", "")
        return self.cloud.find_change_set(name, stack)

    def _submission(self, stack: Stack | None) -> Submission:
        """Read a submission; what it keeps of before is that of a stack."""
        previous = stack.version if stack else None
        texts = previous.parameters.texts if previous else {}
        given = {}
        for one in self._get_param("Parameters", []):
            key = one["ParameterKey"]
            if one.get("UsePreviousValue") and key not in texts:
                raise Refusal(
                    f"Invalid input for parameter key {key}. Cannot specify usePreviousValue as"
                    " true for a parameter key not in the previous template"
                )
            given[key] = texts[key] if one.get("UsePreviousValue") else one["ParameterValue"]
        keep = previous and self._get_param("UsePreviousTemplate")
        text = previous.template.text if previous and keep else self._template()
        return Submission(text, given, tuple(self._get_param("Capabilities", [])))

    def _template(self) -> str:
        if url := self._get_param("TemplateURL"):
            return str(get_stack_from_s3_url(url, ACCOUNT_ID, PARTITION))
        body = str(self._get_param("TemplateBody") or "")
        if not body:
            raise Refusal("Either Template URL or Template Body must be specified.")
        if len(body.encode()) > MAX_BODY_BYTES:
            raise Refusal("Member must have length less than or equal to 51200 at 'templateBody'")
        return body


def _pairs(table: dict[str, str], key: str, value: str) -> list[dict[str, str]]:
    return [{key: name, value: text} for name, text in table.items()]


def _summary_of_template(template: Template) -> Properties:
    parameters = [
        {
            "DefaultValue": entry.get("Default"),
            "Description": entry.get("Description"),
            "NoEcho": entry.get("NoEcho", False),
            "ParameterKey": name,
            "ParameterType": entry["Type"],
        }
        for name, entry in template.parameters.items()
    ]
    reasons = [one.type for one in iam_resources(template)]
    return {
        "Capabilities": [needed_capability(template)] if reasons else [],
        "CapabilitiesReason": f"The following resource(s) require capabilities: {reasons}"
        if reasons
        else None,
        "Description": template.description,
        "Parameters": parameters,
    }


def _summary(change_set: ChangeSet) -> Properties:
    return {
        "ChangeSetId": change_set.id,
        "ChangeSetName": change_set.name,
        "CreationTime": change_set.created,
        "ExecutionStatus": change_set.execution_status,
        "StackId": change_set.stack.id,
        "StackName": change_set.stack.name,
        "Status": "FAILED" if change_set.empty else "CREATE_COMPLETE",
        "StatusReason": NO_CHANGES if change_set.empty else "",
    }


def _shown_change(change: Change) -> Properties:
    details = [
        {
            "CausingEntity": detail.cause or None,
            "ChangeSource": detail.source,
            "Evaluation": detail.evaluation,
            "Target": {
                "Attribute": "Properties",
                "Name": detail.property,
                "RequiresRecreation": detail.recreation,
            },
        }
        for detail in change.details
    ]
    return {
        "Type": "Resource",
        "ResourceChange": {
            "Action": change.action,
            "Details": details,
            "LogicalResourceId": change.logical_id,
            "PhysicalResourceId": change.physical_id or None,
            "Replacement": change.replacement,
            "ResourceType": change.type,
            "Scope": ["Properties"] if details else [],
        },
    }


def describe(stack: Stack) -> Properties:
    version = stack.version
    parameters = version.parameters.shown() if version else {}
    return {
        "CreationTime": stack.created,
        "Description": version.template.description if version else None,
        "Outputs": _pairs(stack.outputs, "OutputKey", "OutputValue"),
        "Parameters": _pairs(parameters, "ParameterKey", "ParameterValue"),
        "StackId": stack.id,
        "StackName": stack.name,
        "StackStatus": stack.status,
        "StackStatusReason": stack.reason,
    }


def _shown_resources(stack: Stack) -> list[Properties]:
    return [
        {
            "LastUpdatedTimestamp": stack.created,
            "LogicalResourceId": name,
            "PhysicalResourceId": resource.id,
            "ResourceStatus": "CREATE_COMPLETE",
            "ResourceType": resource.type,
            "StackId": stack.id,
            "StackName": stack.name,
            "Timestamp": stack.created,
        }
        for name, resource in stack.resources.items()
    ]
