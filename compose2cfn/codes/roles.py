"""Codes: roles and access."""

from compose2cfn.codes.explanation import ERROR, WARNING, Chapter, Explanation

_UNSHOWN = "it takes `policy`"

ROLES = Chapter(
    "Roles and access",
    {
        "exec-read-only": Explanation(
            ERROR,
            cause="A service has `x-aws-exec` and `read_only`.",
            reason="ECS Exec writes into the file system of the container, and does not work where "
            "that is read-only.",
            cure="Leave one of the two out.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-exec: true
            """,
        ),
        "exec-role": Explanation(
            ERROR,
            cause="The overlay turns on ECS Exec (`EnableExecuteCommand`) for a service whose "
            "tasks have no role.",
            reason="ECS refuses to create or update such a service: what runs commands in the "
            "container gets its permissions from the task role.",
            cure="Write `x-aws-exec: true` in the service, and leave it out of the overlay.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-exec: true
            """,
        ),
        "permissions-unknown": Explanation(
            WARNING,
            cause="The template has resources of a type that no emitter of this package makes.",
            reason="What CloudFormation does for a type is known only of those that are emitted "
            "here. Without the permissions, the role of CloudFormation cannot create the stack.",
            cure="Add the permissions to what `policy` prints. The schema of the type in "
            "CloudFormation's registry lists them under `handlers`.",
            unshown=_UNSHOWN,
        ),
        "permissions-wide": Explanation(
            WARNING,
            cause="`policy` does not know the name of the stack, or which role or managed policy "
            "the template means: a parameter or an import says that when the stack is created.",
            reason="A role of CloudFormation that may hand on every role of the account, or change "
            "it, can do whatever any role can.",
            cure="Write `--stack NAME`, and give the value with `--parameter NAME=VALUE` or "
            "`--values FILE`. Write what a stack imports into the Compose file, or narrow the "
            "policy by hand.",
            unshown=_UNSHOWN,
        ),
        "policy-count": Explanation(
            ERROR,
            cause="`x-aws-policies` has more than 25 entries.",
            reason="IAM attaches 25 managed policies to a role at most, and fewer where the quota "
            "of the account was not raised.",
            cure="Put permissions into a policy document under `x-aws-role`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-role:
                      Statement:
                        - Effect: Allow
                          Action: s3:GetObject
                          Resource: arn:aws:s3:::uploads/*
            """,
        ),
        "policy-refused": Explanation(
            ERROR,
            cause="The policy document under `x-aws-role` is not one that IAM takes.",
            reason="The deployment would fail when the role is made.",
            cure="Correct it as the message says. The role is itself the principal, so its "
            "policies have none.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-role:
                      Statement:
                        - Effect: Allow
                          Action: [s3:GetObject, s3:PutObject]
                          Resource: arn:aws:s3:::uploads/*
            """,
        ),
        "policy-size": Explanation(
            ERROR,
            cause="The policies of a role have more than 10,240 characters together.",
            reason="IAM has this limit for the policies that are written into a role.",
            cure="Use managed policies, wildcards in the place of many resources, or fewer volumes "
            "and secrets in one task.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-policies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
            """,
        ),
        "policy-unknown": Explanation(
            ERROR,
            cause="An entry of `x-aws-policies` is not the ARN of a managed policy.",
            reason="IAM knows managed policies by their ARNs.",
            cure="Write the ARN. Policies of AWS itself have `aws` in the place of the account.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-policies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]
            """,
        ),
        "repository-foreign": Explanation(
            ERROR,
            cause="`x-aws-create_repository` is written for an image that is not in Amazon ECR.",
            reason="The key lets ECS create the repository when it pulls an image through the "
            "cache of Amazon ECR for the first time. Only names of ECR lead there.",
            cure="Write the image as the cache has it, or leave the key out.",
            snippet="""
                services:
                  web:
                    image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/nginx
                    x-aws-create_repository: true
            """,
        ),
        "role-incomplete": Explanation(
            ERROR,
            cause="A service has a role that is given by its ARN, and needs permissions that this "
            "role would have to be given: for a volume, for ECS Exec, for `x-aws-policies`.",
            reason="A stack does not change a role that another one made; without the permissions "
            "the task would not start, or fail later.",
            cure="Write the permissions of the role as a policy document, so that the stack makes "
            "the role; or attach what is needed to the role, and remove what asks for it here.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-exec: true
                    x-aws-role:
                      Statement:
                        - Effect: Allow
                          Action: s3:GetObject
                          Resource: arn:aws:s3:::uploads/*
            """,
        ),
        "role-unknown": Explanation(
            ERROR,
            cause="`x-aws-role` is neither the ARN of a role nor a policy document.",
            reason="ECS takes roles by their ARNs.",
            cure="Write the ARN, or a policy document.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-role: arn:aws:iam::123456789012:role/web
            """,
        ),
    },
)
