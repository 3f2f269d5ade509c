"""Codes: variables."""

from compose2cfn.codes.explanation import ERROR, Chapter, Explanation
from compose2cfn.diagnostics import Severity

VARIABLES = Chapter(
    "Variables",
    {
        "env-file-syntax": Explanation(
            {
                Severity.ERROR: "a line cannot be read.",
                Severity.WARNING: "a value has bytes that are not UTF-8; the replacement character "
                "stands for them.",
            },
            cause="A file of variables (`.env`, an `env_file` or a `label_file`) is not written as "
            "one.",
            reason="Docker Compose refuses the file. What comes after the line in the message is "
            "not read.",
            cure="Write one `NAME=value` in a line, without blanks in the name; close quotes; save "
            "the file as UTF-8.",
        ),
        "interpolation-syntax": Explanation(
            ERROR,
            cause="A `$` begins something that is not a substitution: `${AWS::Region}`, `${TAG` "
            "without its brace, `${1}`.",
            reason="A dollar in a Compose file belongs to Compose, also in commands and in "
            "`x-aws-cloudformation`.",
            cure="Write `${NAME}`, `${NAME:-default}` or, for a dollar, `$$`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    command: [sh, -c, 'echo "$${HOSTNAME}"']
                    environment:
                      PRICE: $$5
            """,
        ),
        "required-variable": Explanation(
            ERROR,
            cause="A variable is not set that the file insists on with `${NAME:?}` or `${NAME?}`, "
            "or that a config takes its content from.",
            reason="The file says itself that it must not be used without this variable. Variables "
            "are put in before files are merged, so it must be set even where an override replaces "
            "the value.",
            cure="Set the variable for the command, or in the `.env` beside the Compose file. If "
            "there is a sensible default, write it.",
            snippet="""
                services:
                  web:
                    image: registry.example.com/web:${TAG:-latest}
            """,
        ),
        "variable-name": Explanation(
            ERROR,
            cause="An entry of `environment` has no name: `=value`. Or one of `x-aws-secrets` has "
            "a name that no program reads, such as `*`.",
            reason="A container definition takes variables with a name only, and fills one with "
            "each secret.",
            cure="Write `NAME=value`, and for each key of a secret `NAME: ARN:key::`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    environment:
                      - LOG_LEVEL=info
            """,
        ),
        "variable-twice": Explanation(
            ERROR,
            cause="A variable is a plain value (`environment`) and a secret (`x-aws-secrets`) at "
            "once.",
            reason="ECS refuses a task definition in which a secret has the name of a plain "
            "variable.",
            cure="Keep one of them.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-secrets:
                      PASSWORD: arn:aws:secretsmanager:eu-west-1:123456789012:secret:web-AbCdEf
            """,
        ),
        "variable-unset": Explanation(
            {
                Severity.WARNING: "an empty text stands for the variable; or `environment` names "
                "it without a value, and it is left out.",
                Severity.INFO: "it is the whole value of an `x-aws-*` key, and that value becomes "
                "a template parameter.",
            },
            cause="A variable that the file uses is not set.",
            reason="An empty text in an image name or an address makes a wrong one, as with Docker "
            "Compose. An empty `x-aws-*` value, on the other hand, is how a file asks for a "
            "parameter, so that one template serves every environment.",
            cure="Set the variable, or write a default. Write `${NAME:?}` if there must be a "
            "value.",
            snippet="""
                services:
                  web:
                    image: nginx
                    environment:
                      LOG_LEVEL: ${LOG_LEVEL:-info}
            """,
        ),
    },
)
