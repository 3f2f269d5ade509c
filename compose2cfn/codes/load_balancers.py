"""Codes: load balancers, their certificates and who may reach them."""

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
        "balancer-subnets": Explanation(
            INFO,
            cause="A load balancer that faces the internet is published by tasks that have no "
            "public addresses: `x-aws-assign_public_ip: false` is written, or tasks run on EC2 "
            "instances.",
            reason="Such tasks need private subnets, with a NAT gateway or endpoints. In them, "
            "nobody on the internet reaches a load balancer. So it asks for subnets of its own, "
            "public ones in the same zones.",
            cure="Pass the public subnets as the parameters, or write them into the file.",
            snippet="""
                x-aws-assign_public_ip: false
                x-aws-loadbalancer:
                  subnets: [subnet-0a1b2c3d, subnet-0a1b2c3e]
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
        "ingress-assumed": Explanation(
            INFO,
            cause="`x-aws-ingress` has a function, and nothing in the file says what it returns.",
            reason="A rule of a security group names a block of addresses, another group or a "
            "prefix list, each in another property. What is imported, or read from a parameter "
            "with the type `String`, is taken to be a block of IPv4 addresses. If it is a "
            "security group, AWS refuses the rule.",
            cure="For a group, refer to something whose type is known.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - {target: 80, published: 80, x-aws-ingress: !Ref Office}
                x-aws-cloudformation:
                  Parameters:
                    Office: {Type: "AWS::EC2::SecurityGroup::Id"}
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
        "rule-count": Explanation(
            ERROR,
            cause="A security group would have more than 60 rules. That of a load balancer has one "
            "for each port and each block of addresses, that of a network one for each port that "
            "its services publish.",
            reason="That is what a group may have by default.",
            cure="Write fewer and larger blocks in `x-aws-ingress`, a prefix list (`pl-…`) in "
            "their place, or fewer ports.",
        ),
    },
)
