"""Write where the output of a container goes."""

from compose2cfn.plan.containers import LogConfiguration
from compose2cfn.stack.items import Fields


def log_configuration(log: LogConfiguration) -> Fields:
    """Write the log configuration of a container definition."""
    fields: dict[str, object] = {"LogDriver": log.driver}
    if log.options:
        fields["Options"] = dict(sorted(log.options.items()))
    if log.secret_options:
        fields["SecretOptions"] = [
            {"Name": key, "ValueFrom": secret.value}
            for key, secret in sorted(log.secret_options.items())
        ]
    return fields
