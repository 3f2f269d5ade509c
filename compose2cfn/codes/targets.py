"""Codes: target groups and how they check their targets."""

from compose2cfn.codes.explanation import ERROR, WARNING, Chapter, Explanation

TARGETS = Chapter(
    "Target groups and their health checks",
    {
        "check-codes": Explanation(
            ERROR,
            cause="The `codes` of a health check are not codes that a load balancer can want: 200 "
            "to 499 over HTTP behind an Application Load Balancer, 200 to 599 behind a Network "
            "Load Balancer, 0 to 99 for gRPC.",
            reason="Elastic Load Balancing refuses the target group.",
            cure="Write codes or ranges within these bounds, the lower end first.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
                    x-aws-healthcheck: {path: /health, codes: "200,204-299"}
            """,
        ),
        "check-path": Explanation(
            ERROR,
            cause="The `path` of a health check does not start with `/`, is too long or has "
            "blanks; or the check goes over TCP, which knows neither paths nor codes.",
            reason="Elastic Load Balancing refuses the target group.",
            cure="Write a path, and `protocol: HTTP` if the port speaks something else.",
            snippet="""
                services:
                  broker:
                    image: broker
                    ports: ["5000:5000"]
                    x-aws-healthcheck: {protocol: HTTP, path: /health}
            """,
        ),
        "check-port": Explanation(
            ERROR,
            cause="The `port` of a health check is neither a number nor `traffic-port`, or an "
            "intrinsic function.",
            reason="The security group of the tasks is opened for this port, so it must be known "
            "at the conversion.",
            cure="Write a number from 1 to 65535.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
                    x-aws-healthcheck: {path: /health, port: 8081}
            """,
        ),
        "check-protocol": Explanation(
            ERROR,
            cause="A load balancer cannot check health over this protocol: Application Load "
            "Balancers check over HTTP or HTTPS, Network Load Balancers over TCP too.",
            reason="Elastic Load Balancing refuses the target group.",
            cure="Write one of these, or leave it out.",
        ),
        "check-range": Explanation(
            ERROR,
            cause="A number of a health check is out of its range: `interval` 5 to 300 seconds, "
            "`timeout` 2 to 120, `healthy` and `unhealthy` 2 to 10.",
            reason="Elastic Load Balancing refuses the target group.",
            cure="Write a whole number within the range.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
                    x-aws-healthcheck: {path: /health, interval: 15, timeout: 5, unhealthy: 3}
            """,
        ),
        "check-times": Explanation(
            ERROR,
            cause="The `timeout` of a health check is as long as its `interval`, or longer.",
            reason="Elastic Load Balancing refuses the target group. Where no interval is written "
            "it is 30 seconds.",
            cure="Write a shorter timeout or a longer interval.",
        ),
        "check-udp": Explanation(
            ERROR,
            cause="A service is published only over UDP, and nothing says how a load balancer can "
            "check its health.",
            reason="Elastic Load Balancing checks over TCP or HTTP only.",
            cure="Name a TCP port on which the service listens.",
            snippet="""
                services:
                  media:
                    image: media
                    ports: ["5000:5000/udp"]
                    x-aws-healthcheck: {port: 8080}
            """,
        ),
        "check-unused": Explanation(
            WARNING,
            cause="`x-aws-healthcheck` is written for a service that no target group of the stack "
            "checks: it publishes nothing, or its target group is given.",
            reason="It has no effect. ECS itself looks at `healthcheck`.",
            cure="Remove it, or write `healthcheck`.",
            snippet="""
                services:
                  worker:
                    image: worker
                    healthcheck:
                      test: [CMD, worker, --ping]
            """,
        ),
        "target-count": Explanation(
            ERROR,
            cause="A service has more than 5 published ports, or a load balancer would have more "
            "than 100 target groups.",
            reason="ECS registers a service with 5 target groups at most, and Elastic Load "
            "Balancing takes 100 for an Application Load Balancer.",
            cure="Remove ports that nobody outside needs, or keep them unpublished.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "80"
                      - target: 8081
                        published: "8081"
                        x-aws-loadbalancer: none
            """,
        ),
        "target-fixed": Explanation(
            WARNING,
            cause="A port whose target group is given also says what concerns its listener: a "
            "certificate, a route, a redirect, who may reach it.",
            reason="The target group has its listener already, and the stack does not change that.",
            cure="Remove these keys, or change the listener where it comes from.",
        ),
        "target-unknown": Explanation(
            ERROR,
            cause="What is given as a target group is not the ARN of one.",
            reason="ECS registers tasks with target groups by their ARNs.",
            cure="Write the ARN of a target group whose targets are IP addresses, or leave the "
            "value empty to have a template parameter.",
        ),
    },
)
