"""Codes: listeners, and which requests they send where."""

from compose2cfn.codes.explanation import ERROR, INFO, Chapter, Explanation

ROUTES = Chapter(
    "Listeners and routes",
    {
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
    },
)
