"""Codes: ports."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation
from compose2cfn.diagnostics import Severity

PORTS = Chapter(
    "Ports",
    {
        "nothing-published": Explanation(
            INFO,
            cause="Services have `ports`, and none of them is published: they are bound to a "
            "loopback address, withheld, or of services on internal networks.",
            reason="Nobody reaches the application from outside its networks, and no load balancer "
            "is made.",
            cure="If that is what you want, nothing. Otherwise publish a port.",
            snippet="""
                services:
                  web:
                    image: web
                    ports: ["80:8080"]
            """,
        ),
        "port-address": Explanation(
            WARNING,
            cause="A port is bound to an address of a host, other than the loopback address.",
            reason="Load balancers have addresses of their own, so this one is left out, and the "
            "port is published to all who may reach the load balancer.",
            cure="Leave the address out. To say who may reach the port, write `x-aws-ingress`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "80"
                        x-aws-ingress: [10.0.0.0/8]
            """,
        ),
        "port-internal": Explanation(
            WARNING,
            cause="A port belongs to a service that joins only internal networks, so it is not "
            "published.",
            reason="Docker does not publish ports of internal networks either, and publishing this "
            "one would expose what the file keeps inside.",
            cure="Join another network too, or write `x-aws-ingress` to say who may reach the "
            "port.",
            snippet="""
                services:
                  admin:
                    image: admin
                    networks: [inner]
                    ports:
                      - target: 8080
                        published: "8080"
                        x-aws-ingress: [10.0.0.0/8]
                networks:
                  inner: {internal: true}
            """,
        ),
        "port-job": Explanation(
            WARNING,
            cause="A service that runs to its end before others start has `ports`.",
            reason="It ends before anybody could use them, so they are not published.",
            cure="Remove the ports, or `service_completed_successfully` if the service is meant to "
            "run on.",
        ),
        "port-loopback": Explanation(
            INFO,
            cause="A port is bound to `127.0.0.1` or `::1`, so it is not published.",
            reason="On a workstation it can be reached only from there. A load balancer would open "
            "it to the internet. Other services still reach it by name.",
            cure="If it is meant for the workstation, nothing. To publish it, leave the address "
            "out.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
            """,
        ),
        "port-mode": Explanation(
            WARNING,
            cause="A port has `mode: host`, which publishes it on the host that a task runs on.",
            reason="Clients do not know on which host a task runs, so a load balancer publishes "
            "the port.",
            cure="Remove the key.",
        ),
        "port-moved": Explanation(
            WARNING,
            cause="A service publishes port 80 and other ports that are not HTTP, so all of them "
            "go to a Network Load Balancer.",
            reason="Port 80 by itself goes to an Application Load Balancer. Split between the two, "
            "the service would have two addresses.",
            cure="Say what the port speaks: `tcp` to keep it there, `http` to have it on an "
            "Application Load Balancer anyway.",
            snippet="""
                services:
                  proxy:
                    image: proxy
                    ports:
                      - target: 80
                        published: "80"
                        x-aws-protocol: tcp
                      - target: 5000
                        published: "5000"
            """,
        ),
        "port-number": Explanation(
            ERROR,
            cause="A port is not a number from 1 to 65535.",
            reason="Container definitions, listeners and security groups refuse it.",
            cure="Write such a number.",
        ),
        "port-plain": Explanation(
            INFO,
            cause="Port 443 is published, and nothing says that the load balancer uses TLS on it.",
            reason="A Network Load Balancer passes on what it gets. If the service does not use "
            "TLS itself, browsers get no answer that they understand.",
            cure="Write the certificate, and HTTPS ends at an Application Load Balancer; or "
            "`x-aws-protocol: tcp` if the service has a certificate of its own.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports: [{target: 8443, published: 443, x-aws-protocol: tcp}]
            """,
        ),
        "port-protocol": Explanation(
            {
                Severity.ERROR: "the port is published.",
                Severity.WARNING: "it is written below `expose`; it is left out, and services of "
                "one network still reach it.",
            },
            cause="A port has another protocol than TCP or UDP.",
            reason="Load balancers and container definitions know these two only.",
            cure="Use TCP or UDP, or do not publish the port.",
        ),
        "port-published": Explanation(
            INFO,
            cause="A port has no published port beside it, so it is published under its own "
            "number.",
            reason="Docker chooses a free port of its host. A load balancer has none to choose: "
            "clients could not know it.",
            cure="Write the published port.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports: ["8080:80"]
            """,
        ),
        "port-range": Explanation(
            WARNING,
            cause="A container port has a range of published ports.",
            reason="Docker chooses a free one of them for each container, so that several can run "
            "on one host. A load balancer listens on one port for all tasks: on the first of the "
            "range.",
            cure="Write one published port.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports: ["9000:80"]
            """,
        ),
        "port-shared": Explanation(
            ERROR,
            cause="Two ports want the same port of one load balancer, and nothing says which "
            "requests are for which.",
            reason="A load balancer has one listener on each port. A port without a published one "
            "takes its own number, which is how two services come to share a port unseen.",
            cure="Publish another port; write `expose` where only other services call it; or say "
            "which requests go where.",
            snippet="""
                services:
                  shop:
                    image: shop
                    ports:
                      - target: 8080
                        published: "80"
                        x-aws-route: {path: /shop/*}
                  blog:
                    image: blog
                    ports:
                      - target: 8080
                        published: "80"
                        x-aws-route: {path: /blog/*}
            """,
        ),
        "port-speech": Explanation(
            ERROR,
            cause="What a port is said to speak is not known, does not go over the protocol of the "
            "port, or differs from what others say of the same listener.",
            reason="A listener speaks one protocol with all clients.",
            cure="Write `http`, `https`, `tcp`, `tls` or `udp` as `x-aws-protocol`, or publish the "
            "port under another number.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 8080
                        published: "8080"
                        x-aws-protocol: http
            """,
        ),
        "port-unnumbered": Explanation(
            WARNING,
            cause="Several services publish a port of the same number, and this one does not say "
            "under which number.",
            reason="A load balancer has one listener on each port. Docker chooses a free port of "
            "the host for each, which nobody knows before; a service that names its published "
            "port keeps it.",
            cure="Write the published port, or `expose` where only other services call it.",
            snippet="""
                services:
                  shop:
                    image: shop
                    ports: ["8080:80"]
                  blog:
                    image: blog
                    ports: ["8081:80"]
            """,
        ),
        "port-withheld": Explanation(
            WARNING,
            cause="A port is that of a database, a broker, or a console with which people look "
            "after others, so it is not published. The image tells what it is (`postgres`, "
            "`kafka-ui`, from any registry); for an image that is not known, the number does if "
            "it can be nothing else (5432, 3306, 6379).",
            reason="Many files publish such ports for use on a workstation. A load balancer would "
            "open them to the internet. Other services still reach them by name.",
            cure="Remove the port, write `expose`, or say who may reach it.",
            snippet="""
                services:
                  cache:
                    image: redis
                    ports:
                      - target: 6379
                        published: "6379"
                        x-aws-ingress: [10.0.0.0/8]
            """,
        ),
    },
)
