"""Codes: logs."""

from compose2cfn.codes.explanation import ERROR, WARNING, Chapter, Explanation
from compose2cfn.diagnostics import Severity

LOGS = Chapter(
    "Logs",
    {
        "log-driver": Explanation(
            WARNING,
            cause="A service names a log driver that Fargate does not have (`json-file`, `syslog`, "
            "`gelf`, …).",
            reason="Fargate has `awslogs`, `awsfirelens` and `splunk`. The output goes to "
            "CloudWatch Logs, and the options of the other driver are left out.",
            cure="Remove `logging`, or write one of these drivers.",
            snippet="""
                services:
                  web:
                    image: nginx
                    logging:
                      driver: awsfirelens
                      options: {Name: http, host: logs.example.com, tls: "on"}
            """,
        ),
        "log-group": Explanation(
            ERROR,
            cause="`awslogs-group` cannot be the name of a log group.",
            reason="CloudWatch Logs takes letters, digits and `. - _ / #`, at most 512.",
            cure="Write such a name.",
            snippet="""
                services:
                  web:
                    image: nginx
                    logging:
                      driver: awslogs
                      options: {awslogs-group: /shop/web}
            """,
        ),
        "log-option": Explanation(
            {
                Severity.ERROR: "the driver cannot work without the option, or with this value of "
                "it.",
                Severity.WARNING: "ECS does not have the option for this driver, or it has no "
                "effect here; it is left out.",
            },
            cause="An option of a log driver is missing, wrong or not known.",
            reason="ECS refuses a container whose log driver lacks an option that it needs. "
            "Options of Docker's own drivers, such as `max-size`, mean nothing to `awslogs`: "
            "CloudWatch Logs stores the output, and `x-aws-logs_retention` says for how long.",
            cure="Correct or remove it.",
            snippet="""
                x-aws-logs_retention: 30
                services:
                  web:
                    image: nginx
                    logging:
                      driver: awslogs
                      options: {mode: non-blocking, max-buffer-size: 4m}
            """,
        ),
        "log-retention": Explanation(
            {
                Severity.ERROR: "there is no larger number, or services say different ones.",
                Severity.WARNING: "there is a larger number, which is used.",
            },
            cause="`x-aws-logs_retention` is a number of days that CloudWatch Logs does not know, "
            "or services say different ones.",
            reason="CloudWatch Logs keeps entries for certain numbers of days only, and all "
            "services share one log group.",
            cure="Write one of its numbers, once, at the top level: 1, 3, 5, 7, 14, 30, 60, 90, "
            "120, 150, 180, 365, 400 and so on.",
            snippet="""
                x-aws-logs_retention: 30
                services:
                  web:
                    image: nginx
            """,
        ),
        "log-secret": Explanation(
            ERROR,
            cause="The token of the `splunk` driver is written in plain text.",
            reason="It would be in the template and in the task definition.",
            cure="Keep it in AWS Secrets Manager, and write the ARN of that secret.",
        ),
    },
)
