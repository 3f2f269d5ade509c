"""Codes: capacity and EC2 instances."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation

CAPACITY = Chapter(
    "Capacity and EC2 instances",
    {
        "ami-unknown": Explanation(
            ERROR,
            cause="The image of the instances is not given by an id; or the instances have ARM "
            "processors and GPUs, for which Amazon ECS offers no image.",
            reason="EC2 starts instances from images that it knows by their ids.",
            cure="Write the id of an image with the ECS agent, or leave the key out to have the "
            "newest one of Amazon ECS.",
            snippet="""
                services:
                  train:
                    image: train
                    x-aws-capacity:
                      machine: g5.xlarge
                      ami: ami-0123456789abcdef0
            """,
        ),
        "capacity-conflict": Explanation(
            ERROR,
            cause="What is said about where a service runs does not go together: Fargate and "
            "EC2 instances at once, constraints on instances beside a capacity provider, or "
            "different places for services that share a task.",
            reason="A task runs in one place.",
            cure="Keep one of the two.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-capacity: {FARGATE: 1, FARGATE_SPOT: 3}
            """,
        ),
        "capacity-foreign": Explanation(
            ERROR,
            cause="A capacity provider is named, and the cluster is one that the stack makes.",
            reason="A capacity provider belongs to the cluster that its instances have joined. A "
            "new cluster has `FARGATE` and `FARGATE_SPOT` only.",
            cure="Name the cluster too, or let the stack start instances.",
            snippet="""
                x-aws-cluster: shared
                services:
                  train:
                    image: train
                    x-aws-capacity: shared-machines
            """,
        ),
        "capacity-machines": Explanation(
            INFO,
            cause="A service runs on EC2 instances, because it asks for a GPU or because the file "
            "says so.",
            reason="AWS bills instances while they run. An instance pulls the images, fetches the "
            "secrets and sends the logs of its tasks through its own network interface. So the "
            "subnets need a NAT gateway; or they give instances public addresses; or they have "
            "endpoints for `ecs`, `ecs-agent`, `ecs-telemetry`, `ecr.api`, `ecr.dkr`, `logs`, S3 "
            "and where secrets are kept, and all images, also that of the parameter `InitImage`, "
            "are in Amazon ECR. A task has a network interface of its own, which never has a "
            "public address: what it asks the internet itself takes a NAT gateway. The instances "
            "are ECS Managed Instances, "
            "which AWS chooses, starts, patches and stops. Where an image (`ami`) or a number "
            "(`min`, `max`) is written, where `shm_size`, `ipc` or `security_opt` ask for what "
            "those do not take, and for global services, the stack starts instances itself: of "
            "the smallest type that fits and that most regions offer, a template parameter. In a "
            "cluster that is given, a service that left Fargate's launch type for instances goes "
            "back by `x-aws-capacity: FARGATE`, as a capacity provider that the cluster must have; "
            "from Managed Instances to instances of its own, only as a new service, with another "
            "`x-aws-name`. In a cluster of the stack, CloudFormation takes the capacity provider "
            "of an Auto Scaling group from the cluster before it changes or deletes the service, "
            "and ECS refuses that while a task uses it: so such a service leaves in two updates, "
            "the first with `scale: 0`.",
            cure="Check the type and the subnets. To choose, write them: `x-aws-capacity: "
            "{machine: g5.xlarge}`. The finding stays, for instances cost money.",
        ),
        "capacity-shared": Explanation(
            ERROR,
            cause="A service wants to run on the EC2 instances of another service, and that has "
            "none of its own.",
            reason="There is nothing to share.",
            cure="Give the other service EC2 instances.",
            snippet="""
                services:
                  train:
                    image: train
                    x-aws-capacity: EC2
                  watch:
                    image: watch
                    x-aws-capacity: train
            """,
        ),
        "capacity-unknown": Explanation(
            ERROR,
            cause="`x-aws-capacity` names nothing that a service can run on.",
            reason="Where tasks run decides what is in the template, so it must be known at the "
            "conversion.",
            cure="Write `FARGATE`, `FARGATE_SPOT`, `EC2`, the name of a capacity provider or of "
            "another service, or a mapping of providers to their weights.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-capacity: FARGATE_SPOT
            """,
        ),
        "capacity-weight": Explanation(
            ERROR,
            cause="The weights or bases of capacity providers are not what ECS takes: no provider "
            "has a weight, several have a base, a number is too large, or there are more than 20 "
            "providers.",
            reason="ECS refuses the service.",
            cure="Give one provider at least a weight of 1, and one at most a base.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-capacity:
                      FARGATE: {weight: 1, base: 1}
                      FARGATE_SPOT: 3
            """,
        ),
        "cluster-unknown": Explanation(
            ERROR,
            cause="`x-aws-cluster` is neither the name nor the ARN of a cluster.",
            reason="ECS refuses the service.",
            cure="Write letters, digits, `-` and `_`, or an ARN; leave the value empty to have a "
            "template parameter, or the key out to have a cluster of the stack's own.",
            snippet="""
                x-aws-cluster: shared
                services:
                  web:
                    image: nginx
            """,
        ),
        "constraint-ignored": Explanation(
            WARNING,
            cause="A constraint under `deploy.placement` means nothing on AWS and is left out.",
            reason="Constraints of Swarm are about the labels and roles of its nodes. Two have a "
            "meaning here: what type and what image the instances have.",
            cure="Remove it, or write one of the two.",
            snippet="""
                services:
                  train:
                    image: train
                    deploy:
                      placement:
                        constraints: ["node.machine == g5.xlarge"]
            """,
        ),
        "daemon-fargate": Explanation(
            WARNING,
            cause="A service has `mode: global`, which runs one task on each instance, and runs on "
            "Fargate.",
            reason="Fargate has no instances to run one task on each, so one task runs.",
            cure="Remove `mode: global`, write how many tasks there should be, or run the service "
            "on EC2 instances.",
            snippet="""
                services:
                  agent:
                    image: agent
                    deploy: {mode: global}
                    x-aws-capacity: EC2
            """,
        ),
        "daemon-provider": Explanation(
            ERROR,
            cause="A service has `mode: global` and names capacity providers.",
            reason="ECS runs a global service on every instance of the cluster, whatever provides "
            "it, and does not accept a strategy for it.",
            cure="Leave `x-aws-capacity` out.",
            snippet="""
                x-aws-cluster: shared
                services:
                  agent:
                    image: agent
                    deploy: {mode: global}
            """,
        ),
        "device-ids": Explanation(
            WARNING,
            cause="A service asks for GPUs by their ids.",
            reason="ECS chooses the GPUs of a task. It is asked for as many as there are ids.",
            cure="Write how many.",
            snippet="""
                services:
                  train:
                    image: train
                    gpus:
                      - driver: nvidia
                        count: 2
            """,
        ),
        "device-unknown": Explanation(
            ERROR,
            cause="A service asks for devices that ECS does not have: with another driver or "
            "capability than those of GPUs, or by a name that is not a path.",
            reason="ECS gives containers NVIDIA GPUs, and on EC2 instances the devices that are "
            "there under a path.",
            cure="Ask for GPUs, or write the path of the device on the instance.",
            snippet="""
                services:
                  train:
                    image: train
                    gpus:
                      - driver: nvidia
                        count: 1
            """,
        ),
        "fargate-gpu": Explanation(
            ERROR,
            cause="A service asks for a GPU, and `x-aws-capacity` says Fargate.",
            reason="Fargate has no GPUs, and refuses the task definition.",
            cure="Leave `x-aws-capacity` out, and the service runs on EC2 instances.",
            snippet="""
                services:
                  train:
                    image: train
                    gpus: all
            """,
        ),
        "fargate-spot": Explanation(
            ERROR,
            cause="A service on Windows runs on Fargate Spot.",
            reason="Fargate Spot runs Linux only.",
            cure="Write `FARGATE`.",
            snippet="""
                services:
                  web:
                    image: web
                    platform: windows/amd64
                    x-aws-capacity: FARGATE
            """,
        ),
        "gpu-all": Explanation(
            ERROR,
            cause="A container asks for all GPUs of the instance, and another one of the same task "
            "for some.",
            reason="All of them are taken, so the task would never start.",
            cure="Say how many each of them needs.",
            snippet="""
                services:
                  train:
                    image: train
                    gpus: [{driver: nvidia, count: 2}]
                  watch:
                    image: watch
                    network_mode: service:train
                    gpus: [{driver: nvidia, count: 1}]
            """,
        ),
        "insights-fixed": Explanation(
            WARNING,
            cause="`x-aws-container_insights` is written beside `x-aws-cluster`.",
            reason="Container Insights is a setting of a cluster, and one that is given is not "
            "changed.",
            cure="Remove the key, and turn it on in the stack that has the cluster.",
            snippet="""
                x-aws-cluster: shared
                services:
                  web:
                    image: nginx
            """,
        ),
        "insights-unknown": Explanation(
            ERROR,
            cause="`x-aws-container_insights` is neither `enabled` nor `enhanced` nor `disabled`.",
            reason="ECS has these three levels of Container Insights.",
            cure="Write one of them.",
            snippet="""
                x-aws-container_insights: enhanced
                services:
                  web:
                    image: nginx
            """,
        ),
        "machine-count": Explanation(
            ERROR,
            cause="`x-aws-capacity` says `min: 0`, or a `max` above `min`, for EC2 instances that "
            "nothing starts later: those of an existing cluster, and those of a global service.",
            reason="ECS starts instances for waiting tasks by a capacity provider. A stack cannot "
            "add one to an existing cluster without replacing those that it has, and the tasks of "
            "a global service never wait: there is one on each instance. So there would be "
            "exactly `min` instances for ever, and with 0 nothing would run.",
            cure="Write how many instances there are, in `min` alone. (In an existing cluster, "
            "`x-aws-capacity: EC2` without numbers runs on ECS Managed Instances, which follow the "
            "tasks.)",
            snippet="""
                x-aws-cluster: shared
                services:
                  web:
                    image: nginx
                    x-aws-capacity: {min: 2}
            """,
        ),
        "machine-disk": Explanation(
            ERROR,
            cause="A service that runs on EC2 instances has `x-aws-ephemeral_storage`.",
            reason="It is the disk of a Fargate task. Tasks on EC2 instances share the disk of the "
            "instance, and ECS refuses the key there.",
            cure="Write the size of that disk.",
            snippet="""
                services:
                  train:
                    image: train
                    x-aws-capacity: {machine: g5.xlarge, disk: 200}
            """,
        ),
        "machine-none": Explanation(
            ERROR,
            cause="No instance type that is known here holds what a task asks for.",
            reason="The task would wait for ever for an instance with so much room.",
            cure="Ask for less; or name an instance type that has it.",
            snippet="""
                services:
                  train:
                    image: train
                    x-aws-capacity: {machine: p5.48xlarge}
                    gpus: [{driver: nvidia, count: 8}]
            """,
        ),
        "machine-processor": Explanation(
            ERROR,
            cause="The instances of a service, or those that it shares, have another processor "
            "than its `platform`.",
            reason="An image for ARM64 does not run on x86-64, nor the other way round.",
            cure="Change one of the two, or let the service have instances of its own.",
            snippet="""
                services:
                  web:
                    image: nginx
                    platform: linux/arm64
                    x-aws-capacity: {machine: m7g.large}
            """,
        ),
        "machine-small": Explanation(
            ERROR,
            cause="An instance type is too small for a task that should run on it.",
            reason="The task would wait for ever for an instance with enough room. A part of the "
            "memory of each instance is needed by its system and the ECS agent.",
            cure="Ask for less, or name a larger type.",
        ),
        "machine-unknown": Explanation(
            ERROR,
            cause="What is given as the type of the instances is not one.",
            reason="EC2 refuses to start an instance.",
            cure="Write a type as EC2 names it.",
            snippet="""
                services:
                  train:
                    image: train
                    x-aws-capacity: {machine: g5.xlarge}
            """,
        ),
        "machine-windows": Explanation(
            ERROR,
            cause="A service on Windows asks for instances of its own.",
            reason="The stack makes instances with Linux only.",
            cure="Run the service on Fargate, or name a capacity provider with Windows instances "
            "and its cluster.",
            snippet="""
                services:
                  web:
                    image: web
                    platform: windows/amd64
            """,
        ),
        "resource-unknown": Explanation(
            WARNING,
            cause="A service reserves a generic resource other than GPUs; it is left out.",
            reason="Generic resources are names that an operator of Swarm gives. ECS has GPUs "
            "alone.",
            cure="Remove it.",
        ),
    },
)
