"""Codes: secrets."""

from compose2cfn.codes.explanation import ERROR, WARNING, Chapter, Explanation
from compose2cfn.diagnostics import Severity

SECRETS = Chapter(
    "Secrets",
    {
        "credentials-unneeded": Explanation(
            WARNING,
            cause="`x-aws-pull_credentials` names a registry of Amazon ECR; it is left out.",
            reason="The value is the ARN of a secret with a user and a password. ECS logs in to "
            "Amazon ECR by the task's execution role, which the template allows to pull images.",
            cure="Remove the key.",
            snippet="""
                services:
                  web:
                    image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2
            """,
        ),
        "secret-arn": Explanation(
            {
                Severity.INFO: "a secret of the file, or an external one without an ARN, becomes a "
                "template parameter for its ARN.",
                Severity.ERROR: "a value of `x-aws-secrets` is not an ARN.",
            },
            cause="A secret is needed by its ARN.",
            reason="No secret is read at the conversion, so that none can get into a template. ECS "
            "fetches it from AWS Secrets Manager or the Parameter Store when a task starts, and "
            "finds it by its ARN.",
            cure="Create the secret once (`aws secretsmanager create-secret`) and give its ARN: as "
            "the name of an external secret, or as the value of the parameter. `x-aws-create: "
            "true` has the stack make it from a parameter that is not shown.",
            snippet="""
                services:
                  web:
                    image: nginx
                    secrets: [password]
                secrets:
                  password:
                    external: true
                    name: arn:aws:secretsmanager:eu-west-1:123456789012:secret:password-AbCdEf
            """,
        ),
        "secret-in-environment": Explanation(
            WARNING,
            cause="Variables of a service look like secrets, by their names or by addresses with "
            "passwords in them, and have their values in the file.",
            reason="A value is in the template, in the task definition, and in the console "
            "for all who may read those.",
            cure="Keep what is a secret in AWS Secrets Manager and write its ARN. Leave what only "
            "looks like one.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-secrets:
                      DB_PASSWORD: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf
            """,
        ),
        "secret-key": Explanation(
            ERROR,
            cause="`x-aws-keys` cannot be used here: the secret is a parameter of the Parameter "
            "Store, its ARN already names a key, a key is `*`, or a key cannot be the name of a "
            "file.",
            reason="Each key of a secret in JSON becomes a file in a folder of its own. What keys "
            "a secret has is known only to AWS.",
            cure="Name the keys of a secret in AWS Secrets Manager, given by its plain ARN.",
            snippet="""
                services:
                  web:
                    image: nginx
                    secrets: [db]
                secrets:
                  db:
                    external: true
                    name: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf
                    x-aws-keys: [user, password]
            """,
        ),
        "secret-partial": Explanation(
            WARNING,
            cause="The ARN of a secret lacks the `-` and six characters that AWS adds to its name, "
            "or the name itself may end with a `-` and six letters, as in `db-master`.",
            reason="Permissions are given by the whole ARN. For one without these characters they "
            "are given for every secret whose name begins like it, with any six characters. If the "
            "name itself ends like that, AWS takes the ARN for a whole one and finds no secret.",
            cure="Write the whole ARN, as `aws secretsmanager describe-secret` shows it.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-secrets:
                      PASSWORD: arn:aws:secretsmanager:eu-west-1:123456789012:secret:web-AbCdEf
            """,
        ),
        "secret-shown": Explanation(
            ERROR,
            cause="A value contains a secret of the project: it comes from a variable or a file "
            "that `secrets:` names, directly or by way of another variable.",
            reason="The value would be in the template and in what `config` prints, in plain text. "
            "It counts where a value comes from: one that is only the same text is not a secret.",
            cure="Let the program read the secret from its file in `/run/secrets`, or fill a "
            "variable by `x-aws-secrets`. Keep what is not secret in another variable or file. An "
            "address with a password in it is a secret as a whole.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-secrets:
                      DATABASE_URL: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf
            """,
        ),
        "secret-target": Explanation(
            ERROR,
            cause="A secret would be outside `/run/secrets`, or where another one is.",
            reason="All secrets of a task are written into one volume, which is mounted there.",
            cure="Write a relative `target`, and let the program read it below `/run/secrets`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    secrets:
                      - source: password
                        target: db/password
                secrets:
                  password:
                    environment: PASSWORD
            """,
        ),
        "secret-unknown": Explanation(
            ERROR,
            cause="`x-aws-pull_credentials` is not the ARN of a secret.",
            reason="ECS logs in to a private registry with the `username` and `password` of a "
            "secret in AWS Secrets Manager. Amazon ECR needs none.",
            cure="Write the ARN of such a secret, or leave the value empty to have a template "
            "parameter.",
            snippet="""
                services:
                  web:
                    image: registry.example.com/web:1.4.2
                    x-aws-pull_credentials: !ImportValue registry-SecretArn
            """,
        ),
    },
)
