"""Decide which log driver each container has, and with what options."""

import re
from collections.abc import Mapping

from compose2cfn.diagnostics import listed
from compose2cfn.findings import Spot
from compose2cfn.model.container import NO_LOGGING, Logging
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.service import Service
from compose2cfn.plan.secrets import SecretReference, kept_at
from compose2cfn.plan.terms import arns
from compose2cfn.plan.terms.names import LOG_GROUP
from compose2cfn.plan.terms.values import REGION, Value, check_plain, ref

AWSLOGS = "awslogs"
SPLUNK = "splunk"
FIRELENS = "awsfirelens"
DRIVERS = (AWSLOGS, FIRELENS, SPLUNK)
"""The log drivers that Fargate has."""

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
_GROUP = r"[.\-_/#A-Za-z0-9]{1,512}"


class LogConfiguration(Record):
    """The log driver of a container, its options, and those whose values are kept as secrets."""

    driver: str
    options: Mapping[str, Value]
    secret_options: Mapping[str, SecretReference] = Frozen()
    group: str = ""
    """The name of another log group than the stack's, if it goes to one."""
    region: str = ""
    """Where that is, if not in the region of the stack."""
    creates_group: bool = False
    """Whether ECS creates that if it does not exist."""

    @property
    def in_stack(self) -> bool:
        """Tell whether the output goes to the log group of the stack."""
        return self.driver == AWSLOGS and not self.group

    def beside(self, container: str) -> "LogConfiguration":
        """Send the output of another container to the same place, to streams of its own."""
        if self.driver != AWSLOGS:
            return self
        return self.but(options=Frozen({**self.options, "awslogs-stream-prefix": container}))


def to_stack(prefix: str) -> LogConfiguration:
    """Send output to the log group of the stack, to streams with a prefix."""
    return LogConfiguration(driver=AWSLOGS, options=_usual_options(prefix))


def choose_log_driver(name: str, service: Service, spot: Spot) -> LogConfiguration | None:
    """Choose the log driver of a service; None if its output goes nowhere."""
    said, options_spot = service.logging or NO_LOGGING, spot / "options"
    driver = said.driver or AWSLOGS
    if driver == "none":
        return None
    if driver == SPLUNK:
        return _splunk(said, options_spot)
    if driver == FIRELENS:
        options, secrets = _split(said.options, options_spot)
        check_plain(options, options_spot)
        return LogConfiguration(driver=FIRELENS, options=options, secret_options=secrets)
    if driver == AWSLOGS:
        _report_options(said, options_spot)
    else:
        where = spot / "driver"
        where.warn(
            "log-driver",
            f"Fargate does not have the log driver {where.shown(driver)!r}, so the output goes to "
            f"CloudWatch Logs; write {listed(DRIVERS)}",
        )
    return _awslogs(name, said, options_spot)


def _usual_options(prefix: str) -> Mapping[str, Value]:
    return Frozen(
        {
            "awslogs-group": ref(LOG_GROUP),
            "awslogs-region": REGION,
            "awslogs-stream-prefix": prefix,
        }
    )


def _report_options(said: Logging, spot: Spot) -> None:
    for key in said.options.keys() - _AWSLOGS_OPTIONS:
        (spot / key).warn(
            "log-option", f"this is not an option of {AWSLOGS} on ECS, so it is left out"
        )


def _awslogs(name: str, said: Logging, spot: Spot) -> LogConfiguration:
    options = {key: value for key, value in said.options.items() if key in _AWSLOGS_OPTIONS}
    group, region = options.get("awslogs-group", ""), options.get("awslogs-region", "")
    if group and not re.fullmatch(_GROUP, group):
        here = spot / "awslogs-group"
        here.error(
            "log-group",
            f"{here.shown(group)!r} is not a valid log group name; write only letters, digits and "
            ". - _ / #",
        )
    if region and not re.fullmatch(arns.REGION_NAME, region):
        (spot / "awslogs-region").error(
            "log-option", "this is not the name of a region; write e.g. eu-west-1"
        )
    if region and not group:
        (spot / "awslogs-region").warn(
            "log-option",
            "the log group is in the region of the stack; name another one in awslogs-group "
            "to use this region",
        )
        del options["awslogs-region"]
    if options.get("mode", "blocking") not in {"blocking", "non-blocking"}:
        (spot / "mode").error("log-option", "must be blocking or non-blocking")
    creates = options.pop("awslogs-create-group", "") == "true" and bool(group)
    if creates:
        options["awslogs-create-group"] = "true"
    return LogConfiguration(
        driver=AWSLOGS,
        options=Frozen({**_usual_options(name), **options}),
        group=group,
        region=region,
        creates_group=creates,
    )


def _splunk(said: Logging, spot: Spot) -> LogConfiguration:
    options, secrets = _split(said.options, spot)
    for key in ("splunk-token", "splunk-url"):
        if key not in said.options:
            spot.error("log-option", f"the splunk driver needs {key}; write that option")
    if "splunk-token" in options:
        (spot / "splunk-token").error(
            "log-secret",
            "a token does not belong in a template; store it in AWS Secrets Manager, and write the "
            "ARN of that secret",
        )
    return LogConfiguration(driver=SPLUNK, options=options, secret_options=secrets)


def _split(
    options: Mapping[str, str], spot: Spot
) -> tuple[Mapping[str, str], Mapping[str, SecretReference]]:
    """Separate plain options from those whose value is the ARN of a secret."""
    secrets = {
        key: secret for key, value in options.items() if (secret := kept_at(value, spot / key))
    }
    rest = {key: value for key, value in options.items() if key not in secrets}
    return Frozen(rest), Frozen(secrets)
