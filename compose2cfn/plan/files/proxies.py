"""Find what delivered files say about names that stays true in Docker and not on ECS."""

import re
from collections.abc import Collection, Iterable

from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.plan.files.delivered import DeliveredFile
from compose2cfn.plan.network import VPC_DNS_SERVER, report_resolver
from compose2cfn.plan.tasks import Tasks

_COMMENT = r"#[^\n]*"
_HOST = r"(?P<host>[A-Za-z0-9_.-]+)(?::\d+)?"
# With a variable, nginx looks the name up again and again; a name alone is looked up once.
_PASSED = rf"\b(?:proxy|fastcgi|grpc|scgi|uwsgi)_pass\s+(?:\w+://)?{_HOST}[^;$]*;"
_UPSTREAM = rf"\bserver\s+{_HOST}(?P<settings>(?:\s+[^;{{}}\s]+)*)\s*;"


def report_names(
    app: App, tasks: Tasks, files: Iterable[DeliveredFile], findings: Findings
) -> None:
    """Report files that name the DNS server of Docker, or services that nginx looks up once."""
    for file in files:
        text, spot = file.content.decode("latin-1"), findings.at(*file.origin)
        report_resolver("this file", re.sub(_COMMENT, "", text), spot)
        _report_kept(_looked_up_once(text) & _names(app, tasks, file.service), spot)


def _names(app: App, tasks: Tasks, service: str) -> frozenset[str]:
    """List the names of services in other tasks than that of a service."""
    own = tasks.of(service).services
    others = {name: one for name, one in app.project.services.items() if name not in own}
    joined = [one for other in others.values() for one in other.networks.values() if one]
    aliases = [alias for one in joined for alias in one.aliases]
    given = [name for one in others.values() for name in (one.container_name, one.hostname)]
    return frozenset({*others, *aliases, *filter(None, given)})


def _looked_up_once(text: str) -> set[str]:
    """List the hosts that nginx looks up when it starts, and never again."""
    plain = re.sub(_COMMENT, "", text)
    found = {match["host"] for match in re.finditer(_PASSED, plain)}
    kept = (
        one for one in re.finditer(_UPSTREAM, plain) if "resolve" not in one["settings"].split()
    )
    return found | {match["host"] for match in kept}


def _report_kept(hosts: Collection[str], spot: Spot) -> None:
    if hosts:
        many = "the name of a service" if len(hosts) == 1 else f"{len(hosts)} names of services"
        spot.warn(
            "address-kept",
            f"nginx looks {many} up when it starts, and keeps the address, which changes with each "
            f"deployment, so requests fail until it starts again; write resolver {VPC_DNS_SERVER} "
            "valid=10s; and a variable with the full name: set $there NAME.NAMESPACE:PORT; "
            "proxy_pass http://$there; or fastcgi_pass $there; (x-aws-namespace names the "
            "namespace)",
        )
