"""Codes: networks and subnets."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation

NETWORKS = Chapter(
    "Networks and subnets",
    {
        "group-unknown": Explanation(
            ERROR,
            cause="What is given as a security group is not the id of one.",
            reason="Names of security groups could only be looked up with a call to AWS.",
            cure="Write the id (`sg-` and 8 or 17 hexadecimal digits) or its ARN.",
            snippet="""
                services:
                  web:
                    image: nginx
                    networks: [shared]
                networks:
                  shared:
                    external: true
                    name: sg-0123456789abcdef0
            """,
        ),
        "network-bridge": Explanation(
            WARNING,
            cause="`network_mode: bridge` puts a service on the default network of its Docker "
            "host.",
            reason="Tasks have no such host. The service joins no network of the file: it finds no "
            "other service by name, and can be reached only through a port that is published.",
            cure="Remove `network_mode`, so that the service joins the default network of the "
            "file.",
        ),
        "network-carried": Explanation(
            WARNING,
            cause="A job joins a network that the service in whose task it runs does not.",
            reason="Networks are security groups, and those belong to a task as a whole: the "
            "service joins the network too, and may be reached from it.",
            cure="Let the service join the network itself, so that the file says what is, or carry "
            "the job elsewhere with `x-aws-carrier`.",
        ),
        "network-container": Explanation(
            ERROR,
            cause="`network_mode: container:NAME` names a container that is not a service of the "
            "file.",
            reason="There is no Docker host on which such a container could run.",
            cure="Write the container as a service, and share its network.",
            snippet="""
                services:
                  web:
                    image: nginx
                  proxy:
                    image: proxy
                    network_mode: service:web
            """,
        ),
        "network-count": Explanation(
            ERROR,
            cause="A task would have more than 5 security groups: one for each network that its "
            "services join, and one that admits load balancers if all its networks are given from "
            "outside.",
            reason="That is how many a network interface may have by default. The quota can be "
            "raised for an account, but no file says so.",
            cure="Let the service join fewer networks.",
        ),
        "network-external": Explanation(
            INFO,
            cause="An external network is not given by the id of a security group, so that is "
            "asked for by a template parameter.",
            reason="On AWS a network is a security group, and the name that a network has on a "
            "Docker host means nothing there.",
            cure="If a parameter is what you want, nothing. Otherwise write the id as the name.",
            snippet="""
                services:
                  web:
                    image: nginx
                    networks: [shared]
                networks:
                  shared:
                    external: true
                    name: sg-0123456789abcdef0
            """,
        ),
        "network-group": Explanation(
            WARNING,
            cause="The security group of a network is given with `x-aws-securitygroup`, as for "
            "Docker's retired ECS plugin.",
            reason="It is used as it was. Compose itself can say the same in its own words.",
            cure="Write an external network with the id of the group as its name.",
            snippet="""
                services:
                  web:
                    image: nginx
                    networks: [shared]
                networks:
                  shared:
                    external: true
                    name: sg-0123456789abcdef0
            """,
        ),
        "network-host": Explanation(
            WARNING,
            cause="`network_mode: host` lets a service use the network of its Docker host.",
            reason="A task has a network interface of its own. The service reaches no other one at "
            "`localhost`, and can be reached only through a port that is published.",
            cure="Remove `network_mode`, and let services call each other by their names.",
        ),
        "network-internal": Explanation(
            WARNING,
            cause="A network is `internal`, which cuts it off from the outside under Docker.",
            reason="ECS pulls images and writes logs through the network interface of the task, so "
            "it needs a way out, and the containers have it too. What is kept is the other "
            "direction: services that join only internal networks are not published.",
            cure="To have no way out, give these services subnets without a route to the internet, "
            "and the VPC endpoints that ECS needs.",
        ),
        "network-mode": Explanation(
            ERROR,
            cause="`network_mode` names a network of the Docker host.",
            reason="There is no Docker host on AWS whose networks a task could join.",
            cure="Write the network under `networks`, and let the service join it there.",
            snippet="""
                services:
                  web:
                    image: nginx
                    networks: [front]
                networks:
                  front:
            """,
        ),
        "network-none": Explanation(
            ERROR,
            cause="`network_mode: none` gives a container no network at all.",
            reason="Every task has a network interface: ECS pulls its images and writes its logs "
            "through it.",
            cure="Let the service join a network of its own, which no other one joins.",
            snippet="""
                services:
                  batch:
                    image: batch
                    networks: [alone]
                networks:
                  alone:
            """,
        ),
        "public-ip": Explanation(
            ERROR,
            cause="`x-aws-assign_public_ip` is neither true nor false.",
            reason="It decides whether tasks have public addresses, which they need in subnets "
            "without a NAT gateway or endpoints.",
            cure="Write `true` or `false`; leave the value empty to have a template parameter.",
            snippet="""
                x-aws-assign_public_ip: false
                services:
                  web:
                    image: nginx
            """,
        ),
        "subnet-count": Explanation(
            ERROR,
            cause="There are too few subnets, or more than 16. A service needs one, an Application "
            "Load Balancer two in different zones.",
            reason="ECS and Elastic Load Balancing refuse any other number.",
            cure="Write the subnets, or how many of them the template asks for.",
            snippet="""
                x-aws-subnets: 3
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
            """,
        ),
        "subnet-list": Explanation(
            ERROR,
            cause="Subnets are given by an intrinsic function that returns a list, such as "
            "`Fn::Split`.",
            reason="What is made for each subnet (a mount target of a volume, say) has an id that "
            "carries which subnet it is for. Within a list this cannot be known, and a reordered "
            "list would break the stack.",
            cure="Write the subnets one by one.",
            snippet="""
                x-aws-subnets: [!ImportValue network-SubnetA, !ImportValue network-SubnetB]
                services:
                  web:
                    image: nginx
            """,
        ),
        "subnet-shared": Explanation(
            ERROR,
            cause="A service that runs in the task of another one chooses subnets.",
            reason="A task as a whole is in a subnet.",
            cure="Write `x-aws-subnets` at the service that the message names.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-subnets: 2
                  sidecar:
                    image: sidecar
                    network_mode: service:web
            """,
        ),
        "subnet-twice": Explanation(
            ERROR,
            cause="One subnet is listed twice.",
            reason="EFS allows one mount target in a zone, and load balancers one subnet in a "
            "zone.",
            cure="Write each subnet once, each in a zone of its own.",
        ),
        "subnet-unknown": Explanation(
            ERROR,
            cause="What is given as a subnet is not the id of one.",
            reason="CloudFormation knows subnets by their ids; a block of addresses or a name "
            "could only be looked up with a call to AWS.",
            cure="Write the id (`subnet-` and 8 or 17 hexadecimal digits) or the ARN.",
            snippet="""
                x-aws-subnets: [subnet-0123456789abcdef0, subnet-0123456789abcdef1]
                services:
                  web:
                    image: nginx
            """,
        ),
        "subnet-volume": Explanation(
            WARNING,
            cause="A service mounts a named volume and chooses subnets of its own.",
            reason="A volume can be mounted in the zones in which it has mount targets, and these "
            "are in the subnets of the stack. A task in another zone would not start.",
            cure="Choose subnets in the same zones. The finding stays, for nothing in the file "
            "says in which zone a subnet is.",
        ),
        "vpc-unknown": Explanation(
            ERROR,
            cause="`x-aws-vpc` is neither the id nor the ARN of a VPC.",
            reason="Names of VPCs could only be looked up with a call to AWS.",
            cure="Write the id (`vpc-` and 8 or 17 hexadecimal digits), or leave the value empty "
            "to have a template parameter.",
            snippet="""
                x-aws-vpc: vpc-0123456789abcdef0
                services:
                  web:
                    image: nginx
            """,
        ),
    },
)
