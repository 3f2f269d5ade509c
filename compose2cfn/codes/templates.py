"""Codes: overlays, emitters and the template."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation

TEMPLATES = Chapter(
    "Overlays, emitters and the template",
    {
        "emitter-failed": Explanation(
            ERROR,
            cause="An emitter of an installed package raised an error of its own.",
            reason="What it would have added to the template is missing.",
            cure="Tell those who made the package, with the message. In a program, `convert` lets "
            "the error pass, with its traceback.",
            unshown="it takes an emitter of another package",
        ),
        "emitter-item": Explanation(
            ERROR,
            cause="An emitter yields something that is not an item, or an item without what it is "
            "made of.",
            reason="It could not be put into the template.",
            cure="Yield what `compose2cfn.stack.items` has, as "
            "[Architecture](architecture.md#add-an-emitter) shows it.",
        ),
        "emitter-unasked": Explanation(
            INFO,
            cause="A package is installed that brings an emitter, and the command line does not "
            "ask for it.",
            reason="To install a package must not change a template, so emitters of other packages "
            "take part only where they are named. Until then their keys count as unknown.",
            cure="To use it, write `--emitter NAME`. If it is meant for another project, nothing; "
            "it is not even imported.",
            unshown="it takes an installed package",
        ),
        "former-id": Explanation(
            WARNING,
            cause="The overlay uses an id that Docker's retired ECS plugin gave to a resource that "
            "has another one here.",
            reason="It is understood, so that overlays written for the plugin keep working.",
            cure="Write the id of the message.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
                x-aws-cloudformation:
                  Resources:
                    LoadBalancerTCP80Listener:
                      Properties:
                        DefaultActions:
                          - Type: fixed-response
                            FixedResponseConfig: {StatusCode: "503"}
            """,
        ),
        "id-conflict": Explanation(
            ERROR,
            cause="Two emitters make different things under one id, or one emitter does for two "
            "names that are put together alike.",
            reason="A template has one entry for each id.",
            cure="If a name of yours leads to it (a service called `loadBalancer`, say), rename "
            "it. If it is an emitter of another package, choose ids there that begin with its "
            "name.",
        ),
        "overlay-incomplete": Explanation(
            ERROR,
            cause="With the overlay laid over it, a resource lacks a property that resources of "
            "its type need.",
            reason="CloudFormation refuses the template.",
            cure="Write what the message names, or do not delete it.",
            snippet="""
                services:
                  web:
                    image: nginx
                x-aws-cloudformation:
                  Resources:
                    WebTaskDefinition:
                      Properties:
                        ContainerDefinitions:
                          - Name: agent
                            Image: example/agent
            """,
        ),
        "overlay-needless": Explanation(
            WARNING,
            cause="The overlay deletes (`null`) what is not there.",
            reason="Either it has been deleted twice, or its name is misspelled and the thing "
            "itself is still there.",
            cure="Remove the line, or correct the name.",
        ),
        "overlay-property": Explanation(
            ERROR,
            cause="The overlay sets a property that resources of the type do not have, or that "
            "only AWS sets.",
            reason="CloudFormation refuses the template.",
            cure="Correct the name, or leave the property out. The types of resources that are "
            "emitted here are held to the schemas of CloudFormation's registry, others to the "
            "tables of troposphere. For a property that is newer than these, upgrade.",
            snippet="""
                services:
                  web:
                    image: nginx
                x-aws-cloudformation:
                  Resources:
                    WebService:
                      Properties:
                        EnableECSManagedTags: true
            """,
        ),
        "overlay-shape": Explanation(
            ERROR,
            cause="A value of the overlay is not allowed where it is: a text in place of a "
            "resource, say, or a number that no template can hold.",
            reason="CloudFormation refuses the template.",
            cure="Write what the message names.",
            snippet="""
                services:
                  web:
                    image: nginx
                x-aws-cloudformation:
                  Resources:
                    WebService:
                      Properties:
                        EnableECSManagedTags: true
            """,
        ),
        "overlay-unknown": Explanation(
            ERROR,
            cause="The overlay names a section, an attribute or an id that neither the template "
            "nor CloudFormation has; a new resource or parameter has no `Type`, or a new output no "
            "`Value`.",
            reason="Otherwise an id that is misspelled would make half a resource, and leave the "
            "one that is meant as it was.",
            cure="Correct the name, or write the `Type` of what is new.",
            snippet="""
                services:
                  web:
                    image: nginx
                x-aws-cloudformation:
                  Resources:
                    Topic:
                      Type: AWS::SNS::Topic
            """,
        ),
        "overlay-unnamed": Explanation(
            ERROR,
            cause="The overlay has an entry without a name, or two of one name, for a list in "
            "which all entries have names, such as the containers of a task.",
            reason="Entries are laid over those of the same name. One without a name could only "
            "take the place of the whole list.",
            cure="Write the name of the entry that is meant, or another one to add an entry.",
            snippet="""
                services:
                  web:
                    image: nginx
                x-aws-cloudformation:
                  Resources:
                    WebTaskDefinition:
                      Properties:
                        ContainerDefinitions:
                          - Name: web
                            DockerLabels: {team: web}
            """,
        ),
        "part-container": Explanation(
            ERROR,
            cause="An emitter adds to a container that no emitter gives an image.",
            reason="It is not the container of a service, or its name is misspelled, and ECS "
            "refuses a container without an image.",
            cure="Add to one of the containers that the message lists, or give the new one an "
            "`Image`.",
        ),
        "part-task": Explanation(
            ERROR,
            cause="An emitter adds to the task of a service that the file does not have.",
            reason="There is no such task.",
            cure="Name a service of the file; `plan.app.project.services` has them.",
        ),
        "property-refused": Explanation(
            ERROR,
            cause="A property has a value that troposphere, which writes the template, does not "
            "take; or a resource of another package's emitter lacks a property or has an unknown "
            "one.",
            reason="CloudFormation would not take it either.",
            cure="Correct the value that the message names, in the emitter that writes it.",
        ),
        "reference-dangling": Explanation(
            ERROR,
            cause="Something refers to a resource, parameter or condition that the template does "
            "not have.",
            reason="CloudFormation refuses the template.",
            cure="Declare the parameter, or correct the name. `AWS::Region` and the like are "
            "always there.",
            snippet="""
                x-aws-cluster: !Ref SharedCluster
                services:
                  web:
                    image: nginx
                x-aws-cloudformation:
                  Parameters:
                    SharedCluster: {Type: String}
            """,
        ),
        "reference-dynamic": Explanation(
            ERROR,
            cause="A text in another place than an `x-aws-*` key has a dynamic reference of "
            "CloudFormation (`{{resolve:…}}`).",
            reason="CloudFormation replaces it by a secret or a parameter of the account, which it "
            "reads with the rights of whoever deploys, and everybody who may see the task "
            "definition reads the value.",
            cure="Write `x-aws-secrets` for a secret in a variable. If the text is meant as it is, "
            "bring it into the container in a config.",
        ),
        "task-conflict": Explanation(
            ERROR,
            cause="Two emitters, or two services that share a task, want different values for one "
            "property of the task, its service or its role.",
            reason="A task has one value for each property, such as its role.",
            cure="Write the same value for both services, or give them tasks of their own. "
            "Emitters of other packages leave to others what others set.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-role: arn:aws:iam::123456789012:role/web
                  sidecar:
                    image: sidecar
                    network_mode: service:web
            """,
        ),
        "template-empty": Explanation(
            ERROR,
            cause="The template has no resource: the overlay deletes all of them, or none of the "
            "emitters that a program passes makes one.",
            reason="CloudFormation refuses a template without a resource.",
            cure="Keep a resource. In a program, leave `emitters` out, or pass "
            "`compose2cfn.DEFAULT_EMITTERS` with those of your own.",
        ),
        "template-large": Explanation(
            INFO,
            cause="The template, as YAML, has more than 51,200 bytes.",
            reason="CloudFormation accepts larger templates only from a bucket of Amazon S3.",
            cure="Deploy with `aws cloudformation deploy --s3-bucket NAME`, which puts it there, "
            "or upload it and pass its address as `--template-url`. CodePipeline does so itself.",
        ),
        "template-size": Explanation(
            ERROR,
            cause="The template is larger than CloudFormation takes: 1 MB, 500 resources, 200 "
            "parameters, outputs or mappings, or 60 dynamic references (`{{resolve:…}}`).",
            reason="The deployment would be refused. YAML is far shorter than JSON.",
            cure="Split the Compose file into several projects. In the place of dynamic references "
            "write `secrets` or `x-aws-secrets`.",
        ),
    },
)
