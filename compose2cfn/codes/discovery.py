"""Codes: names and service discovery."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation

DISCOVERY = Chapter(
    "Names and service discovery",
    {
        "address-kept": Explanation(
            WARNING,
            cause="A file that is delivered into a task lets nginx pass requests to a service of "
            "the project by a name without a variable, in `proxy_pass` or in `upstream`.",
            reason="nginx looks such a name up when it starts, and keeps the address. Docker often "
            "gives a new container the address of the old one; a new task has another one. "
            "After a deployment of that service, all requests fail (502) until nginx starts again.",
            cure="Let nginx ask the DNS server of the VPC, which every task reaches at "
            "`169.254.169.253`, for a name in a variable. nginx adds no domain, so write the full "
            "name, in a namespace that you choose.",
            snippet="""
                x-aws-namespace: shop.internal
                services:
                  web:
                    image: nginx
                    configs: [{source: site, target: /etc/nginx/conf.d/site.conf}]
                  api:
                    image: api
                configs:
                  site:
                    content: |
                      server {
                        resolver 169.254.169.253 valid=10s;
                        set $$api http://api.shop.internal:8000;
                        location / { proxy_pass $$api; }
                      }
            """,
        ),
        "alias-dotted": Explanation(
            WARNING,
            cause="A further name of a service (an alias, its `hostname`, `container_name` or a "
            "link) has a dot in it.",
            reason="Resolvers look up a name with a dot as it is first, in public DNS, and only "
            "then in the private namespace. If the name exists in public, that is what is found.",
            cure="Use a name without a dot, or one that nobody has registered.",
            snippet="""
                services:
                  db:
                    image: postgres:17
                    hostname: database
            """,
        ),
        "alias-taken": Explanation(
            ERROR,
            cause="A further name of a service is that of another service, or of another one's "
            "alias. DNS does not tell upper case from lower case.",
            reason="Docker would answer with both in turn. Cloud Map takes each name once in a "
            "namespace.",
            cure="Choose another name, or remove it from one of the two.",
        ),
        "alias-unfit": Explanation(
            ERROR,
            cause="A further name of a service is not one that DNS takes.",
            reason="Cloud Map refuses it.",
            cure="Write letters, digits, `-` and `_`, at most 63 between two dots and 127 in all.",
        ),
        "docker-resolver": Explanation(
            WARNING,
            cause="A file that is delivered into a task, a variable or a command names 127.0.0.11.",
            reason="There Docker answers questions for names. Nothing does in a task on ECS, so "
            "what asks it finds no name. `/etc/resolv.conf` is right in each task; only what asks "
            "a DNS server by its address needs another one. Such a program adds no domain to "
            "names, as `resolv.conf` does.",
            cure="Write `169.254.169.253`, where every task finds the DNS server of its VPC, and "
            "full names in a namespace that you choose.",
            snippet="""
                x-aws-namespace: shop.internal
                services:
                  web:
                    image: nginx
                    environment: {RESOLVER: 169.254.169.253, BACKEND: "http://api.shop.internal"}
                  api:
                    image: api
            """,
        ),
        "found-early": Explanation(
            INFO,
            cause="A service looks for its own name, or services look for each other, in what "
            "their environment, commands and health checks say.",
            reason="Others find a service once its health check passes. Members of a cluster often "
            "pass it only once they have found each other, and would wait for ever: these are "
            "found as soon as they run. It is settled when the entry of a name is made: Cloud Map "
            "refuses to change it, so an update that does needs another `x-aws-namespace`.",
            cure="Nothing, if they form a cluster. Otherwise do not let them look for each other: "
            "`localhost` is a service's own address.",
            snippet="""
                services:
                  etcd:
                    image: etcd
                    environment:
                      ETCD_ADVERTISE_CLIENT_URLS: http://localhost:2379
            """,
        ),
        "hostname-alias": Explanation(
            WARNING,
            cause="Services have a `hostname`.",
            reason="Each task on ECS has a host name of its own, which ends with it and which "
            "nothing changes. `hostname` becomes one more name in DNS: others find the service "
            "by it, and the program in the container does not see it.",
            cure="Tell the program its name in its own settings if it needs one. Leave `hostname` "
            "out, or write it as an alias of a network.",
            snippet="""
                services:
                  mail:
                    image: mail
                    environment: {MAIL_NAME: mail.example.com}
                    networks:
                      default: {aliases: [smtp]}
            """,
        ),
        "hostname-data": Explanation(
            WARNING,
            cause="RabbitMQ or EMQX keeps its data under its host name, and nothing sets the name "
            "of its node.",
            reason="Each task on ECS has another host name, whatever `hostname` says: a new task "
            "mounts the volume and does not find its queues and users in it.",
            cure="Set the name of the node: to one without a host name, if it runs alone, and for "
            "members of a cluster to one with the name of the service (`rabbit@queue`), by which "
            "they find each other. EMQX needs the full name (`emqx@NAME.NAMESPACE`, with "
            "`x-aws-namespace`).",
            snippet="""
                services:
                  queue:
                    image: rabbitmq:4
                    environment: {RABBITMQ_NODENAME: rabbit@localhost}
                    volumes: ["queue-data:/var/lib/rabbitmq"]
                volumes:
                  queue-data:
            """,
        ),
        "name-collision": Explanation(
            ERROR,
            cause="Two names leave the same letters and digits for the ids of the template "
            "(`web-api` and `webapi`), or are the same for DNS (`web` and `Web`).",
            reason="Both would be one resource, or one DNS name.",
            cure="Rename one of them; or give it another stem for its ids with `x-aws-name`, where "
            "DNS is not the cause.",
            snippet="""
                services:
                  web-api:
                    image: app
                  webapi:
                    image: app
                    x-aws-name: OtherApi
            """,
        ),
        "name-empty": Explanation(
            ERROR,
            cause="A name has neither a letter nor a digit in it.",
            reason="The ids of a template are made of letters and digits, so nothing is left for "
            "one.",
            cure="Rename it, or give it a stem for its ids.",
            snippet="""
                services:
                  "_":
                    image: app
                    x-aws-name: Underscore
            """,
        ),
        "name-length": Explanation(
            ERROR,
            cause="A name is too long: 90 characters at most for what ids and descriptions are "
            "made of, and 63 between two dots (127 in all) for a service, which is a DNS name too.",
            reason="CloudFormation, security groups and Cloud Map refuse longer ones.",
            cure="Write a shorter name.",
        ),
        "namespace-local": Explanation(
            WARNING,
            cause="`x-aws-namespace` ends in `.local`.",
            reason="Many systems ask the local network by multicast for such names, and not DNS, "
            "so services may not find each other.",
            cure="Choose another ending.",
            snippet="""
                x-aws-namespace: shop.internal
                services:
                  web:
                    image: nginx
            """,
        ),
        "namespace-unknown": Explanation(
            ERROR,
            cause="`x-aws-namespace` is not a domain name, or one so long that the names of the "
            "services do not fit below it.",
            reason="Cloud Map refuses the namespace.",
            cure="Write a domain name that no other namespace of the VPC has.",
            snippet="""
                x-aws-namespace: shop.internal
                services:
                  web:
                    image: nginx
            """,
        ),
        "resolver-windows": Explanation(
            WARNING,
            cause="A task on Windows shares a network with other services.",
            reason="On Linux a container that prepares the task lets all others find `db` by this "
            "bare name. On Windows there is no way to do so: only the whole name, `db.NAMESPACE`, "
            "is found.",
            cure="Write whole names in the settings of this service. Choose the namespace with "
            "`x-aws-namespace`, so that you know it.",
        ),
    },
)
