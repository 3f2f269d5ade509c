"""What the ``x-aws-*`` keys of `compose2cfn.model.aws` mean, in Markdown: a text for each field.

No conversion needs these texts, and nothing of it imports them. ``docs/keys.md`` is made of them
and of the fields: their places, forms and marks are not repeated here.
"""

from collections.abc import Mapping
from typing import NamedTuple

from compose2cfn.model.frozen import Frozen


class Meaning(NamedTuple):
    """What there is to know of a key besides what its field says."""

    text: str
    """What it says; with a rule that cannot be seen in the form of the value."""
    default: str
    """What holds where it is not written."""
    example: str = ""
    """A Compose file with the key on lines of its own; empty only if the key is refused."""
    settings: Mapping[str, str] = Frozen()
    """If the value is a mapping of known settings: what each says."""


MEANINGS: Mapping[str, Meaning] = {
    "x-aws-assign_public_ip": Meaning(
        "Whether tasks get public addresses: `true`, `false`, `ENABLED` or `DISABLED`. In public "
        "subnets without a NAT gateway they need them to pull images; in private subnets they "
        "do not. An address lets nobody in: security groups decide that.",
        "The parameter `AssignPublicIp`, whose default is `ENABLED`.",
        """
        x-aws-assign_public_ip: false
        services:
          web:
            image: nginx
        """,
    ),
    "x-aws-autoscaling": Meaning(
        "Lets the number of tasks follow their load. `max` and at least one target (`cpu`, "
        "`memory`, `requests`) are needed.",
        "The number of tasks stays what `scale` or `deploy.replicas` says.",
        """
        services:
          web:
            image: nginx
            deploy:
              x-aws-autoscaling:
                min: 2
                max: 10
                cpu: 60
        """,
        {
            "cpu": "Percent of the processor that tasks should use on average.",
            "max": "The largest number of tasks.",
            "memory": "Percent of the memory that tasks should use on average.",
            "min": "The smallest number of tasks; 1 if it is not written.",
            "requests": "Requests per minute that each task should get from an Application Load "
            "Balancer.",
        },
    ),
    "x-aws-bind_mounts": Meaning(
        "What becomes of bind mounts: `drop`, `deliver`, `volume`, `host` or `refuse`; "
        "[Bind mounts](storage.md#bind-mounts) says what each does. On a service, it counts more "
        "than at the top level.",
        "Each mount becomes a volume, or files that are copied into tasks, by what the project has "
        "at its source.",
        """
        services:
          web:
            image: nginx
            volumes:
              - ./data:/var/lib/data
            x-aws-bind_mounts: drop
        """,
    ),
    "x-aws-capacity": Meaning(
        "Where tasks run: `FARGATE`, `FARGATE_SPOT`, or a mapping of capacity providers to weights "
        "(or to `{weight: …, base: …}`); `EC2` for EC2 instances of the service's own, or a "
        "mapping with their settings (`machine` for the type, `ami` for the image, `min` and `max` "
        "for their number, `disk` in GiB), all of which may be left out; the name of another "
        "service, whose instances are shared; or a capacity provider that the cluster has. In a "
        "cluster that is given, a deployed service that has a capacity provider keeps one: write "
        "`FARGATE` then, since ECS refuses to go from a provider to the launch type that a service "
        "without this key has.",
        "Fargate; EC2 instances for a service that needs a GPU, or that has a placement constraint "
        "`node.machine` or `node.ami`.",
        """
        services:
          worker:
            image: busybox
            x-aws-capacity:
              FARGATE_SPOT: 3
              FARGATE: 1
        """,
    ),
    "x-aws-carrier": Meaning(
        "The service in whose task a job runs first, if several services wait for its completion "
        "(`condition: service_completed_successfully`).",
        "The job runs in the task of the first service that waits for it (`job-carrier`).",
        """
        services:
          migrate:
            image: busybox
            command: [echo, migrated]
            x-aws-carrier: web
          api:
            image: nginx
            depends_on:
              migrate:
                condition: service_completed_successfully
          web:
            image: nginx
            depends_on:
              migrate:
                condition: service_completed_successfully
        """,
    ),
    "x-aws-certificate": Meaning(
        "The ARN of one or more certificates of AWS Certificate Manager. The load balancer then "
        "speaks HTTPS (or TLS) to clients at this port.",
        "No certificate: port 443 is plain TCP then, and `x-aws-protocol: https` is an error.",
        """
        services:
          web:
            image: nginx
            ports:
              - target: 80
                published: 443
                x-aws-certificate: !ImportValue shop-CertificateArn
        """,
    ),
    "x-aws-cloudformation": Meaning(
        "A part of a template that is laid over the finished one: see "
        "[Changing the template](overlay.md).",
        "The template stays as it is.",
        """
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
    "x-aws-cluster": Meaning(
        "The name or the ARN of an existing cluster that tasks run in.",
        "The stack creates a cluster.",
        """
        x-aws-cluster: production
        services:
          web:
            image: nginx
        """,
    ),
    "x-aws-container_insights": Meaning(
        "What CloudWatch measures in the cluster that the stack creates: `enabled`, `enhanced` or "
        "`disabled`. What it measures is billed.",
        "What the account has set for new clusters.",
        """
        x-aws-container_insights: enhanced
        services:
          web:
            image: nginx
        """,
    ),
    "x-aws-create": Meaning(
        "Whether the stack creates the secret, and fills it from a parameter whose value is not "
        "shown.",
        "A parameter asks for the ARN of an existing secret.",
        """
        services:
          web:
            image: nginx
            secrets:
              - password
        secrets:
          password:
            file: ./password.txt
            x-aws-create: true
        """,
    ),
    "x-aws-create_repository": Meaning(
        "Whether tasks may create a repository in Amazon ECR when they pull their image: a pull "
        "through cache makes one at the first pull.",
        "`false`: tasks may pull from repositories that exist.",
        """
        services:
          web:
            image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/docker-hub/library/nginx:1.27
            x-aws-create_repository: true
        """,
    ),
    "x-aws-delivery": Meaning(
        "`helper` lets the init container deliver files instead of the service's own image: for "
        "images without a shell. The directory of the files then has nothing else; "
        "[How files get into a task](storage.md#how-files-get-into-a-task) says more.",
        "A container of the service's own image delivers them.",
        """
        services:
          web:
            image: traefik
            configs:
              - source: routes
                target: /etc/traefik/routes.yaml
        configs:
          routes:
            content: "http: {}"
            x-aws-delivery: helper
        """,
    ),
    "x-aws-ephemeral_storage": Meaning(
        "GiB of disk that a task on Fargate has for its images and what its containers write: 21 "
        "to 200. What is above 20 GiB is billed.",
        "20 GiB.",
        """
        services:
          worker:
            image: busybox
            x-aws-ephemeral_storage: 100
        """,
    ),
    "x-aws-exec": Meaning(
        "Whether people may run commands in the containers of the service (`aws ecs "
        "execute-command`).",
        "`false`.",
        """
        services:
          web:
            image: nginx
            x-aws-exec: true
        """,
    ),
    "x-aws-filesystem": Meaning(
        "The id or the ARN of an existing EFS file system. It is used unchanged, and needs mount "
        "targets in the zones of the tasks.",
        "The stack creates a file system, which outlives it.",
        """
        services:
          web:
            image: nginx
            volumes:
              - data:/data
        volumes:
          data:
            x-aws-filesystem: fs-0123456789abcdef0
        """,
    ),
    "x-aws-healthcheck": Meaning(
        "How the load balancer checks a task. A plain text is the path.",
        "An HTTP port is asked for `/`, and is healthy with an answer that is not an error of the "
        "server; other ports must accept a connection.",
        """
        services:
          web:
            image: nginx
            ports:
              - "80:80"
            x-aws-healthcheck:
              path: /health
              interval: 15
        """,
        {
            "codes": "The status codes of a healthy task, such as `200` or `200,204-299`.",
            "healthy": "How many checks in a row must pass: 2 to 10.",
            "interval": "Seconds between checks: 5 to 300.",
            "path": "The path that is asked for.",
            "port": "The port that is checked, or `traffic-port`: that of the requests, which is "
            "the default.",
            "protocol": "`HTTP` or `HTTPS`; `TCP` also, on a Network Load Balancer.",
            "timeout": "Seconds to wait for an answer, fewer than between checks: 2 to 120.",
            "unhealthy": "How many checks in a row must fail: 2 to 10.",
        },
    ),
    "x-aws-ingress": Meaning(
        "Who may reach published ports: ranges of addresses, prefix lists (`pl-…`) and security "
        "groups (`sg-…`). At a port it counts more than at the top level, and it publishes a port "
        "that is [withheld](images.md) otherwise.",
        "Everyone, unless the port is one of a datastore, a broker or a console.",
        """
        services:
          web:
            image: nginx
            ports:
              - target: 80
                published: 80
                x-aws-ingress:
                  - 10.0.0.0/8
        """,
    ),
    "x-aws-keys": Meaning(
        "The keys of a secret in JSON that is kept in AWS Secrets Manager. Each becomes a file in "
        "the folder `/run/secrets/NAME`.",
        "The whole secret is one file.",
        """
        services:
          web:
            image: nginx
            secrets:
              - db
        secrets:
          db:
            external: true
            name: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf
            x-aws-keys:
              - user
              - password
        """,
    ),
    "x-aws-listener": Meaning(
        "The ARN of an existing listener of an Application Load Balancer that gets a rule for this "
        "service. `x-aws-route` says which requests the rule is for, and `x-aws-loadbalancer: "
        "{security_group: …}` where they come from.",
        "The stack creates a listener.",
        """
        services:
          web:
            image: nginx
            ports:
              - target: 80
                published: 443
                x-aws-listener: !ImportValue shared-ListenerArn
                x-aws-loadbalancer:
                  security_group: sg-0123456789abcdef0
                x-aws-route:
                  host: shop.example.com
                  priority: 120
        """,
    ),
    "x-aws-loadbalancer": Meaning(
        "The load balancer that publishes ports. A plain value is the ARN of an existing one; "
        "`none` on a port publishes it nowhere. A mapping describes one: at the top level, "
        "that of all ports; on a port, another one.",
        "The stack creates an Application Load Balancer for HTTP, and a Network Load Balancer for "
        "other ports.",
        """
        x-aws-loadbalancer:
          scheme: internal
          attributes:
            idle_timeout.timeout_seconds: 120
        services:
          web:
            image: nginx
            ports:
              - "80:80"
        """,
        {
            "arn": "The ARN of an existing one.",
            "attributes": "[Attributes](https://docs.aws.amazon.com/elasticloadbalancing/latest/"
            "APIReference/API_LoadBalancerAttribute.html) of a new one, by name.",
            "ingress": "Who may reach it, as `x-aws-ingress` says it.",
            "scheme": "`internet-facing` or `internal`, which only the VPC reaches.",
            "security_group": "An existing security group that it has.",
            "subnets": "Its subnets, if they are not those of the tasks.",
            "type": "`application` or `network`.",
        },
    ),
    "x-aws-logs_retention": Meaning(
        "How many days CloudWatch Logs keeps the output of all containers. Other numbers than "
        "those that it supports become the next larger one.",
        "30 days.",
        """
        x-aws-logs_retention: 90
        services:
          web:
            image: nginx
        """,
    ),
    "x-aws-max_percent": Meaning(
        "How many tasks may run during a deployment, in percent of their number: 100 or more.",
        "What `order` and `parallelism` say; otherwise 200, or 100 for a service whose tasks must "
        "not [write to one volume](storage.md#two-tasks-one-volume) together.",
        """
        services:
          web:
            image: nginx
            deploy:
              replicas: 4
              update_config:
                order: start-first
                x-aws-max_percent: 150
        """,
    ),
    "x-aws-min_percent": Meaning(
        "How many tasks must run during a deployment, in percent of their number: 0 to 100.",
        "What `order` and `parallelism` say; otherwise 100, or 0 for a service whose tasks must "
        "not [write to one volume](storage.md#two-tasks-one-volume) together.",
        """
        services:
          web:
            image: nginx
            deploy:
              replicas: 4
              update_config:
                order: start-first
                x-aws-min_percent: 50
        """,
    ),
    "x-aws-name": Meaning(
        "What logical ids of the template begin with, instead of the name in the Compose file: to "
        "rename a service, network, volume or secret and keep its resources, write its former "
        "name. Of a deployed volume, any other one begins with an empty file system. A config has "
        "no resources.",
        "The name in the Compose file.",
        """
        services:
          shop-frontend:
            image: nginx
            x-aws-name: web
        """,
    ),
    "x-aws-namespace": Meaning(
        "The name of the private DNS namespace in which services find each other; "
        "[Names, and how services find each other](discovery.md) says more.",
        "A name that no other stack has, which follows from the id of the stack.",
        """
        x-aws-namespace: shop.internal
        services:
          web:
            image: nginx
        """,
    ),
    "x-aws-policies": Meaning(
        "The ARNs of managed policies, at most 25, for what the containers of the task may do.",
        "Containers have no permissions but those that features of the file need.",
        """
        services:
          web:
            image: nginx
            x-aws-policies:
              - arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess
        """,
    ),
    "x-aws-protocol": Meaning(
        "What is spoken at the port: `http`, `https`, `tcp`, `tls` or `udp`. It publishes a port "
        "that is [withheld](images.md) otherwise.",
        "HTTP for the published port 80, for `app_protocol: http`, and with a certificate, a route "
        "or a redirect; otherwise TCP or UDP, as `protocol` says.",
        """
        services:
          web:
            image: nginx
            ports:
              - target: 5000
                published: 5000
                x-aws-protocol: http
        """,
    ),
    "x-aws-pull_credentials": Meaning(
        "The ARN of a secret in AWS Secrets Manager with the `username` and `password` of a "
        "private registry. Amazon ECR needs none.",
        "Images are pulled without a login.",
        """
        services:
          web:
            image: registry.example.com/web:1.4.2
            x-aws-pull_credentials: !ImportValue registry-SecretArn
        """,
    ),
    "x-aws-redirect": Meaning(
        "`https` answers requests to this HTTP port with a redirect to the port of HTTPS.",
        "Requests go to the service.",
        """
        services:
          web:
            image: nginx
            ports:
              - target: 80
                published: 80
                x-aws-redirect: https
              - target: 80
                published: 443
                x-aws-certificate: !ImportValue shop-CertificateArn
        """,
    ),
    "x-aws-role": Meaning(
        "What the containers of the task may do: a policy document, or the ARN of a role that "
        "exists.",
        "Containers have no permissions but those that features of the file need.",
        """
        services:
          web:
            image: nginx
            x-aws-role:
              Version: "2012-10-17"
              Statement:
                - Effect: Allow
                  Action: s3:GetObject
                  Resource: arn:aws:s3:::shop-pictures/*
        """,
    ),
    "x-aws-route": Meaning(
        "Which requests to the port go to this service, if several share it. A plain text is the "
        "path.",
        "All requests.",
        """
        services:
          blog:
            image: nginx
            ports:
              - target: 80
                published: 80
                x-aws-route:
                  path: /blog/*
        """,
        {
            "host": "The hosts of the requests, with `*` and `?` as wildcards.",
            "path": "The paths of the requests, with `*` and `?` as wildcards.",
            "priority": "The number of the rule, from 1 to 50000: the smallest that fits counts. "
            "If it is not written, it follows from hosts and paths.",
        },
    ),
    "x-aws-secrets": Meaning(
        "Variables of the containers that ECS fills: the ARN of a secret in AWS Secrets Manager "
        "(with `:KEY::` for one key of it) or of a parameter of the Parameter Store, by the name "
        "of the variable.",
        "Variables have the values of `environment`.",
        """
        services:
          web:
            image: nginx
            x-aws-secrets:
              DB_PASSWORD: arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf
        """,
    ),
    "x-aws-securitygroup": Meaning(
        "The id of an existing security group that the tasks of the network have. The Compose way "
        "to say it is an external network with that id as `name`.",
        "The stack creates one, whose members reach each other.",
        """
        services:
          web:
            image: nginx
            networks:
              - front
        networks:
          front:
            x-aws-securitygroup: sg-0123456789abcdef0
        """,
    ),
    "x-aws-seed": Meaning(
        "Whether a new volume starts with what the image has at its mount point, as in Docker: see "
        "[Named volumes](storage.md#named-volumes).",
        "`true` if the image surely has a shell and is not a datastore that makes its folders "
        "itself.",
        """
        services:
          web:
            image: registry.example.com/shop
            volumes:
              - pictures:/srv/pictures
        volumes:
          pictures:
            x-aws-seed: true
        """,
    ),
    "x-aws-subnets": Meaning(
        "The subnets of tasks and load balancers, or how many parameters ask for them. On a "
        "service, it counts for its tasks alone.",
        "Two parameters, `Subnet1Id` and `Subnet2Id`.",
        """
        x-aws-subnets:
          - subnet-0123456789abcdef0
          - subnet-0123456789abcdef1
        services:
          web:
            image: nginx
        """,
    ),
    "x-aws-target_group": Meaning(
        "The ARN of an existing target group that tasks are added to; its load balancer is not "
        "touched.",
        "The stack creates a target group.",
        """
        services:
          web:
            image: nginx
            ports:
              - target: 80
                published: 80
                x-aws-target_group: !ImportValue shared-TargetGroupArn
        """,
    ),
    "x-aws-task": Meaning(
        "Nothing: it is refused. Services share a task by `network_mode: service:NAME`.",
        "Each service has a task of its own.",
    ),
    "x-aws-vpc": Meaning(
        "The id or the ARN of the VPC of the stack.",
        "The parameter `VpcId`.",
        """
        x-aws-vpc: vpc-0123456789abcdef0
        services:
          web:
            image: nginx
        """,
    ),
}
"""The keys in alphabetical order."""
