"""Write the values of parameters for those who make the change set."""

import json
from collections.abc import Mapping


def write_values(values: Mapping[str, str], form: str) -> str:
    """Write values in a form: ``codepipeline`` or ``cli``.

    ``codepipeline`` is what the ``TemplateConfiguration`` of AWS CodePipeline has, and what version
    2 of the aws command line accepts as ``--parameter-overrides``; version 1 accepts ``cli``.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/continuous-delivery-codepipeline-cfn-artifacts.html
    """
    ordered = dict(sorted(values.items()))
    content: object = {"Parameters": ordered}
    if form == "cli":
        content = [f"{name}={value}" for name, value in ordered.items()]
    return f"{json.dumps(content, indent=2)}\n"
