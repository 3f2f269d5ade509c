"""Codes: values of parameters."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation

_UNSHOWN = "it takes `--parameters-out`"

PARAMETERS = Chapter(
    "Values of parameters",
    {
        "parameter-missing": Explanation(
            INFO,
            cause="A parameter of the template has no default, and nothing gives it a value.",
            reason="CloudFormation asks for it. The file of `--parameters-out` has the others.",
            cure="Give it one with `--parameter NAME=VALUE` or in a file of `--values`, or when "
            "the stack is created.",
            unshown=_UNSHOWN,
        ),
        "parameter-refused": Explanation(
            ERROR,
            cause="A value that is given is not one that the parameter accepts.",
            reason="CloudFormation would refuse it. The message does not show it, since it may "
            "be a secret that is in the wrong place.",
            cure="Correct the value.",
            unshown=_UNSHOWN,
        ),
        "parameter-secret": Explanation(
            INFO,
            cause="A parameter of the template asks for a secret.",
            reason="A secret does not belong in a file of values, which is stored and shown, so "
            "it is left out, also if a value is given.",
            cure="Pass it when the stack is created; updates keep it. Or leave `x-aws-create` out, "
            "create the secret yourself, and give its ARN.",
            unshown=_UNSHOWN,
        ),
        "parameter-unknown": Explanation(
            WARNING,
            cause="`--parameter` gives a value to a parameter that the template does not have.",
            reason="CloudFormation refuses unknown parameters, so it is left out.",
            cure="Correct the name, or remove the option. Files of `--values` may have more names "
            "than the template.",
            unshown=_UNSHOWN,
        ),
        "values-form": Explanation(
            ERROR,
            cause="A file of `--values` does not give names and values.",
            reason="What it says would be left out without a word.",
            cure="Write a mapping of names and texts, a list of `ParameterKey` and "
            "`ParameterValue`, or the output of `aws cloudformation describe-stacks`.",
            unshown=_UNSHOWN,
        ),
    },
)
