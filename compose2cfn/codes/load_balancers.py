"""Codes: load balancers."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation

LOAD_BALANCERS = Chapter(
    "Load balancers",
    {
        "balancer-attribute": Explanation(
            ERROR,
            cause="A load balancer does not have this attribute, or not this value of it; it logs "
            "to no bucket; or it has more than 20 attributes.",
            reason="Elastic Load Balancing refuses the load balancer. Application and Network Load "
            "Balancers have different attributes.",
            cure="Correct it as the message says.",
            snippet="""
                x-aws-loadbalancer:
                  attributes:
                    idle_timeout.timeout_seconds: 120
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
            """,
        ),
        "balancer-differs": Explanation(
            ERROR,
            cause="Ports that share a load balancer say different things of it (its subnets, its "
            "attributes, its security group).",
            reason="It is one load balancer, and can be one way only.",
            cure="Say it once, at the top level.",
            snippet="""
                x-aws-loadbalancer:
                  scheme: internal
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
                  api:
                    image: api
                    ports: ["8080:80"]
            """,
        ),
        "balancer-fixed": Explanation(
            WARNING,
            cause="A load balancer is given by its ARN, and the file also says what it should be "
            "like.",
            reason="A stack does not change what another one made.",
            cure="Remove `scheme`, `subnets`, `attributes` and `ingress`, or change them where the "
            "load balancer comes from.",
        ),
        "balancer-given": Explanation(
            INFO,
            cause="Ports are published on a load balancer that exists.",
            reason="The stack adds listeners, rules and target groups to it and changes nothing "
            "else. Its security group must admit the clients, and it must be in the VPC of the "
            "stack; otherwise requests time out.",
            cure="Check both. There is nothing to write.",
        ),
        "balancer-kind": Explanation(
            ERROR,
            cause="What a port speaks needs another type of load balancer than the one that is "
            "given.",
            reason="Application Load Balancers speak HTTP and HTTPS, Network Load Balancers TCP, "
            "TLS and UDP.",
            cure="Give a load balancer of the other type, or say what the port speaks with "
            "`x-aws-protocol`.",
        ),
        "balancer-name": Explanation(
            WARNING,
            cause="A load balancer is given by its name, so its ARN is asked for by a template "
            "parameter.",
            reason="The ARN has an id in it that only a call to AWS could find out, and a "
            "conversion makes none.",
            cure="Write the ARN; leave the value empty if a parameter is what you want.",
            snippet="""
                x-aws-loadbalancer:
                  arn: !ImportValue shared-LoadBalancerArn
                  security_group: sg-0123456789abcdef0
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
            """,
        ),
        "balancer-scheme": Explanation(
            ERROR,
            cause="The `scheme` of a load balancer is neither `internal` nor `internet-facing`.",
            reason="It is part of the ids of the template (a load balancer cannot change it and is "
            "replaced), so it must be known at the conversion.",
            cure="Write one of the two.",
            snippet="""
                x-aws-loadbalancer:
                  scheme: internal
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
            """,
        ),
        "balancer-type": Explanation(
            ERROR,
            cause="The `type` of a load balancer is neither `app` nor `net`, or its ARN is that of "
            "the other type.",
            reason="It is part of the ids of the template, so it must be known at the conversion.",
            cure="Write `app` for an Application or `net` for a Network Load Balancer, or leave "
            "the type out where the ARN says it.",
        ),
        "balancer-unknown": Explanation(
            ERROR,
            cause="What is given as a load balancer is the ARN of something else, or of a load "
            "balancer of another type.",
            reason="Only Application and Network Load Balancers can publish tasks. Classic ones "
            "cannot.",
            cure="Write the ARN of such a load balancer.",
        ),
        "balancer-unused": Explanation(
            WARNING,
            cause="A load balancer is given at the top level, or an attribute of one, and no port "
            "has to do with it.",
            reason="Ports other than 80 go to a Network Load Balancer unless the file says that "
            "they speak HTTP; so an Application Load Balancer that is given may be left without "
            "any.",
            cure="Say what the ports speak.",
            snippet="""
                x-aws-loadbalancer:
                  arn: !ImportValue shared-LoadBalancerArn
                  security_group: sg-0123456789abcdef0
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 8080
                        published: "8080"
                        x-aws-protocol: http
            """,
        ),
        "billed-hourly": Explanation(
            INFO,
            cause="The stack makes load balancers.",
            reason="AWS bills them by the hour whether they are used or not, and so it does public "
            "IPv4 addresses: those of the load balancers, one in each subnet, and those of the "
            "tasks.",
            cure="To save, share a load balancer that exists, publish nothing with "
            "`x-aws-loadbalancer: none`, or run tasks without public addresses behind a NAT "
            "gateway that exists.",
            snippet="""
                x-aws-loadbalancer: none
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
            """,
        ),
        "certificate-count": Explanation(
            ERROR,
            cause="A load balancer has more than 25 certificates besides the first one of each "
            "port.",
            reason="Elastic Load Balancing has this limit by default.",
            cure="Use certificates with several names or a wildcard, or leave some ports to "
            "another load balancer.",
        ),
        "certificate-missing": Explanation(
            ERROR,
            cause="A port speaks HTTPS, TLS, HTTP/2 or gRPC, and no certificate is given.",
            reason="The load balancer ends the encrypted connection, so it must show a "
            "certificate. AWS sends HTTP/2 and gRPC to services only for listeners of HTTPS.",
            cure="Write the ARN of a certificate, or leave the value empty to have a template "
            "parameter. If the service shows a certificate itself, write `x-aws-protocol: tcp`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "443"
                        x-aws-certificate: !ImportValue web-CertificateArn
            """,
        ),
        "certificate-region": Explanation(
            ERROR,
            cause="A certificate is in another region than what else is given by its ARN.",
            reason="Elastic Load Balancing takes certificates of its own region. (The one in "
            "us-east-1 is what CloudFront takes.)",
            cure="Request the certificate in the region of the stack as well, and write the ARN of "
            "that.",
        ),
        "certificate-unknown": Explanation(
            ERROR,
            cause="What is given as a certificate is not the ARN of one.",
            reason="Elastic Load Balancing takes certificates of AWS Certificate Manager and of "
            "IAM, by their ARNs.",
            cure="Write the ARN, or leave the value empty to have a template parameter.",
        ),
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
        "ingress-given": Explanation(
            WARNING,
            cause="`x-aws-ingress` is written for a port whose load balancer has an existing "
            "security group.",
            reason="The stack does not change that group, so the group decides who reaches the "
            "port.",
            cure="Change the group where it comes from, and remove the key.",
        ),
        "ingress-shared": Explanation(
            ERROR,
            cause="Services that share a port of a load balancer differ in who may reach them.",
            reason="Security groups admit clients to a port, not to a path or a host behind it: "
            "who reaches one service reaches the other.",
            cure="Write the same `x-aws-ingress` for both, or publish them under different ports.",
        ),
        "ingress-unknown": Explanation(
            ERROR,
            cause="An entry of `x-aws-ingress` is not a block of addresses, nor the id of a "
            "security group or prefix list.",
            reason="Security group rules take nothing else.",
            cure="Write one of these.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "80"
                        x-aws-ingress: [203.0.113.0/24, "2001:db8::/32", sg-0123456789abcdef0]
            """,
        ),
        "listener-count": Explanation(
            ERROR,
            cause="A load balancer has more than 50 listeners: one for each published port.",
            reason="Elastic Load Balancing has this limit by default.",
            cure="Publish fewer ports, or leave some to another load balancer with "
            "`x-aws-loadbalancer` at the port.",
        ),
        "listener-route": Explanation(
            ERROR,
            cause="A port is added to a listener that exists, and nothing says which requests are "
            "for it.",
            reason="The listener has its default action already, so the service needs a rule of "
            "its own. Listeners of Network Load Balancers have no rules.",
            cure="Say which requests it gets, or give a target group that the listener has already "
            "with `x-aws-target_group`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "443"
                        x-aws-listener: !ImportValue shared-ListenerArn
                        x-aws-loadbalancer: {security_group: sg-0123456789abcdef0}
                        x-aws-route: {host: shop.example.com}
            """,
        ),
        "listener-unknown": Explanation(
            ERROR,
            cause="What is given as a listener is not the ARN of one.",
            reason="CloudFormation adds rules to listeners by their ARNs.",
            cure="Write the ARN (`…:listener/app/…`), or leave the value empty to have a template "
            "parameter.",
        ),
        "redirect-https": Explanation(
            ERROR,
            cause="A port that speaks something else than HTTP redirects to HTTPS.",
            reason="A redirect is an answer over HTTP; one from HTTPS to the same HTTPS would "
            "never end, and Elastic Load Balancing refuses it.",
            cure="Write `x-aws-redirect` at the port that speaks HTTP.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "80"
                        x-aws-redirect: https
                      - target: 80
                        published: "443"
                        x-aws-certificate:
            """,
        ),
        "redirect-route": Explanation(
            ERROR,
            cause="A port that redirects has a route too.",
            reason="A port redirects all requests that no other service has a route for.",
            cure="Remove `x-aws-route` from this port; write it at the port of HTTPS.",
        ),
        "redirect-target": Explanation(
            ERROR,
            cause="A port redirects to HTTPS, and no port of its load balancer speaks HTTPS.",
            reason="Browsers would be sent to a port on which nothing listens.",
            cure="Publish a port with a certificate.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "80"
                        x-aws-redirect: https
                      - target: 80
                        published: "443"
                        x-aws-certificate:
            """,
        ),
        "redirect-unknown": Explanation(
            ERROR,
            cause="`x-aws-redirect` is something else than `https`.",
            reason="Redirects from HTTP to HTTPS are the only ones that are made.",
            cure="Write `https`. For other redirects, change the listener under "
            "`x-aws-cloudformation`.",
        ),
        "route-count": Explanation(
            ERROR,
            cause="A load balancer has more than 100 routes.",
            reason="Elastic Load Balancing takes 100 rules for one load balancer by default.",
            cure="Put several paths into one route, or leave some to another load balancer.",
        ),
        "route-empty": Explanation(
            ERROR,
            cause="A route names neither a host nor a path.",
            reason="A rule must say which requests it is for.",
            cure="Write `host`, `path` or both. A port without a route gets all requests that no "
            "rule takes.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "80"
                        x-aws-route: {path: /shop/*}
            """,
        ),
        "route-foreign": Explanation(
            INFO,
            cause="A rule is added to a listener that exists, with a priority that is derived from "
            "the route.",
            reason="The listener may have rules of others, and no two rules of a listener may have "
            "one priority; creating the stack fails then.",
            cure="If the deployment fails for that reason, write a priority that is free.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "443"
                        x-aws-listener: !ImportValue shared-ListenerArn
                        x-aws-loadbalancer: {security_group: sg-0123456789abcdef0}
                        x-aws-route: {host: shop.example.com, priority: 120}
            """,
        ),
        "route-host": Explanation(
            ERROR,
            cause="The `host` of a route is not the name of a host, or longer than 128 characters.",
            reason="Elastic Load Balancing takes names with a dot, and `*` and `?` in them.",
            cure="Write such a name.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "80"
                        x-aws-route: {host: "*.example.com"}
            """,
        ),
        "route-kind": Explanation(
            ERROR,
            cause="A port on a Network Load Balancer has a route.",
            reason="Only Application Load Balancers look at requests.",
            cure="Say that the port speaks HTTP.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 8080
                        published: "8080"
                        x-aws-protocol: http
                        x-aws-route: {path: /shop/*}
            """,
        ),
        "route-path": Explanation(
            ERROR,
            cause="The `path` of a route does not begin with `/` or `*`, has characters that a "
            "rule does not take, or has more than 128.",
            reason="Elastic Load Balancing refuses the rule.",
            cure="Write a path; `*` stands for any characters, and `?` for one.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "80"
                        x-aws-route: {path: [/shop, /shop/*]}
            """,
        ),
        "route-priority": Explanation(
            ERROR,
            cause="The priority of a route is not a number from 1 to 50000, or another route of "
            "the same listener has it.",
            reason="Elastic Load Balancing refuses the rule.",
            cure="Write another number; the lowest comes first. Without one a priority is derived "
            "from the route: what says more comes earlier.",
        ),
        "route-same": Explanation(
            ERROR,
            cause="Two services want the same requests of one listener.",
            reason="The second rule would never be reached.",
            cure="Write another host or path for one of them.",
        ),
        "route-values": Explanation(
            ERROR,
            cause="A route has more than 5 hosts and paths together, or more than 6 wildcards.",
            reason="Elastic Load Balancing refuses the rule.",
            cure="Publish the port once more with a second route, or use a wildcard in the place "
            "of several values.",
        ),
        "rule-count": Explanation(
            ERROR,
            cause="A security group would have more than 60 rules. That of a load balancer has one "
            "for each port and each block of addresses, that of a network one for each port that "
            "its services publish.",
            reason="That is what a group may have by default.",
            cure="Write fewer and larger blocks in `x-aws-ingress`, a prefix list (`pl-…`) in "
            "their place, or fewer ports.",
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
