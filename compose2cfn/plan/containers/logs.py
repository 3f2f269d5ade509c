"""Decide where the output of each container goes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from compose2cfn.diagnostics import Steps, listed
from compose2cfn.model.container import Logging
from compose2cfn.model.service import Service
from compose2cfn.plan.terms.findings import Notes
from compose2cfn.plan.terms.names import LOG_GROUP
from compose2cfn.plan.terms.values import REGION, Value, ref

AWSLOGS = "awslogs"
SPLUNK = "splunk"
FIRELENS = "awsfirelens"
DRIVERS = (AWSLOGS, FIRELENS, SPLUNK)
"""The log drivers that Fargate has."""

RETENTIONS = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731),
    *(1096, 1827, 2192, 2557, 2922, 3288, 3653),
)
"""The numbers of days that CloudWatch Logs can keep entries."""

_AWSLOGS_OPTIONS = frozenset(
    {
        "awslogs-create-group",
        "awslogs-datetime-format",
        "awslogs-group",
        "awslogs-multiline-pattern",
        "awslogs-region",
        "awslogs-stream-prefix",
        "max-buffer-size",
        "mode",
    }
)
_SECRET = re.compile(r"arn:[a-z-]+:(?:secretsmanager|ssm):[a-z0-9-]+:\d{12}:.+")
_GROUP = re.compile(r"[.\-_/#A-Za-z0-9]{1,512}")


@dataclass(frozen=True, slots=True)
class Log:
    """The log driver of a container, its options, and those whose values are kept as secrets.

    ``group`` is the name of a log group that exists already, ``region`` where that is.
    """

    driver: str
    options: Mapping[str, Value]
    secrets: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    region: str = ""
    creates: bool = False

    @property
    def own(self) -> bool:
        """Tell whether it goes to the log group of the stack."""
        return self.driver == AWSLOGS and not self.group


def log(name: str, service: Service, notes: Notes) -> Log | None:
    """Decide for one service; None where its output goes nowhere."""
    said = service.logging or Logging()
    path: Steps = ("services", name, "logging")
    match said.driver:
        case "none":
            return None
        case "splunk":
            return _splunk(said, path, notes)
        case "awsfirelens":
            return Log(FIRELENS, *_split(said.options))
        case "" | "awslogs":
            pass
        case other:
            notes.warn(
                "log-driver",
                f"Fargate has no log driver {other!r}; the output goes to CloudWatch Logs "
                f"instead. There are {listed(DRIVERS, 'and')}",
                (*path, "driver"),
            )
    return _awslogs(name, said, path, notes)


def plain(name: str) -> Log:
    """Send output to the log group of the stack, below a name."""
    options: dict[str, Value] = {
        "awslogs-group": ref(LOG_GROUP),
        "awslogs-region": REGION,
        "awslogs-stream-prefix": name,
    }
    return Log(AWSLOGS, options)


def _awslogs(name: str, said: Logging, path: Steps, notes: Notes) -> Log:
    known = {key: value for key, value in said.options.items() if key in _AWSLOGS_OPTIONS}
    for key in said.options.keys() - known.keys() if said.driver in {"", AWSLOGS} else ():
        notes.warn(
            "log-option",
            f"this is no option of {AWSLOGS} on ECS, and it is left out",
            (*path, "options", key),
        )
    group, region = known.get("awslogs-group", ""), known.get("awslogs-region", "")
    if group and not _GROUP.fullmatch(group):
        notes.error(
            "log-group",
            f"{group!r} is no name of a log group: it has letters, digits and . - _ / #",
            (*path, "options", "awslogs-group"),
        )
    if region and not group:
        notes.warn(
            "log-option",
            "the log group is made in the region of the stack; name another one in awslogs-group "
            "to use this region",
            (*path, "options", "awslogs-region"),
        )
        del known["awslogs-region"]
    if known.get("mode", "blocking") not in {"blocking", "non-blocking"}:
        notes.error(
            "log-option", "the mode is blocking or non-blocking", (*path, "options", "mode")
        )
    creates = known.pop("awslogs-create-group", "") == "true" and bool(group)
    created = {"awslogs-create-group": "true"} if creates else {}
    return Log(
        AWSLOGS,
        {**plain(name).options, **known, **created},
        group=group,
        region=region,
        creates=creates,
    )


def _splunk(said: Logging, path: Steps, notes: Notes) -> Log:
    options, secrets = _split(said.options)
    for key in ("splunk-token", "splunk-url"):
        if key not in said.options:
            notes.error("log-option", f"the splunk driver needs {key}", (*path, "options"))
    if "splunk-token" in options:
        notes.error(
            "log-secret",
            "a token does not belong in a template; store it in AWS Secrets Manager and write the "
            "ARN of that secret",
            (*path, "options", "splunk-token"),
        )
    return Log(SPLUNK, options, secrets)


def _split(options: Mapping[str, str]) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Tell plain options from those whose value is the ARN of a secret."""
    secrets = {key: value for key, value in options.items() if _SECRET.fullmatch(value)}
    return {key: value for key, value in options.items() if key not in secrets}, secrets
