"""Projects with any number of entries of one kind, to see what each of them costs."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import pairwise
from typing import TypeAlias

from compose2cfn import ComposeError, Memory, convert

Project: TypeAlias = Mapping[str, str]
"""The texts of a project's files, by path."""

Properties: TypeAlias = dict[str, object]
"""Keys of a service, or of something else; the simulator's own would take long to import."""

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/{:032}"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf"


def attempt(project: Project) -> None:
    """Convert a project; what keeps it from being converted does not matter."""
    with suppress(ComposeError):
        convert(files=Memory(project), environment={"PASSWORD": "c2VjcmV0"})


def one(**keys: object) -> Project:
    """Write a project of one service, with keys of it."""
    return whole({"services": {"web": {"image": "web", **keys}}})


def whole(content: Properties, **beside: str) -> Project:
    """Write a project; further files are named by their stems."""
    files = {f"{stem}.txt": text for stem, text in beside.items()}
    return {"compose.yaml": json.dumps(content), **files}


def named(count: int, stem: str = "n") -> list[str]:
    """Give so many names."""
    return [f"{stem}{number}" for number in range(count)]


def services(count: int, **keys: object) -> dict[str, Properties]:
    """Make so many services with the same keys."""
    return {name: {"image": "app", **keys} for name in named(count, "s")}


def chain(count: int, key: str, *, back: bool = False) -> Project:
    """Make services that each name the one before, or the one behind."""
    made = services(count)
    names = [*made][::-1] if back else [*made]
    for before, name in pairwise(names):
        made[name][key] = [before]
    return whole({"services": made})


def used(count: int, section: str, thing: Properties, **uses: object) -> Project:
    """Make things of a section that one service uses."""
    names = named(count)
    keys: Properties = {section: names, **uses}
    return whole(
        {"services": {"web": {"image": "web", **keys}}, section: dict.fromkeys(names, thing)}
    )


def ports(count: int, **more: object) -> list[Properties]:
    """List ports, all different."""
    return [{"target": 10_000 + n, "x-aws-protocol": "http", **more} for n in range(count)]


def routed(count: int) -> Project:
    """Make services that share a listener."""
    made = services(count)
    for number, service in enumerate(made.values()):
        route = {"path": f"/s{number}", "priority": number + 1}
        service["ports"] = [{"target": 80, "published": "80", "x-aws-route": route}]
    return whole({"services": made})


def included(count: int) -> Project:
    """Include so many files, each with a service."""
    names = named(count)
    files = {f"{name}.yaml": f"services: {{{name}: {{image: app}}}}" for name in names}
    return {"compose.yaml": json.dumps({"include": [*files]}), **files}


def extending(count: int) -> Project:
    """Let services extend one of another file."""
    made = services(count, extends={"file": "base.txt", "service": "base"})
    return whole({"services": made}, base="services: {base: {image: app, environment: {A: b}}}")


def extended_chain(count: int) -> Project:
    """Let each service extend the one before."""
    made = services(count)
    for number in range(1, count):
        made[f"s{number}"]["extends"] = f"s{number - 1}"
    return whole({"services": made})


def amended(count: int) -> Project:
    """Lay a file over another, for each of its services."""
    over = "".join(
        f"  s{n}: {{environment: !reset null, labels: !override {{b: c}}}}\n" for n in range(count)
    )
    base = whole({"services": services(count, environment={"A": "b"}, labels={"a": "b"})})
    return {**base, "compose.override.yaml": f"services:\n{over}"}


def anchored(count: int, odd: str = "") -> Project:
    """Write anchors, each with an alias."""
    lines = "".join(f"x-{n}: &a{odd}{n} {{a: b}}\nx-{n}-: *a{odd}{n}\n" for n in range(count))
    return {"compose.yaml": f"{lines}services: {{web: {{image: web}}}}\n"}


def lines(count: int) -> str:
    """Write a file of variables that name one another."""
    return "V0=a\n" + "".join(f"V{n}=$V{n - 1}\n" for n in range(1, count))


def overlaid(count: int, section: str, entry: object) -> Project:
    """Lay entries over a section of the template."""
    over = {section: {f"Own{n}": entry for n in range(count)}}
    return whole({"services": services(1), "x-aws-cloudformation": over})


def secret_variables(count: int) -> Project:
    return one(**{"x-aws-secrets": dict.fromkeys(named(count), SECRET)})


def beside_secret(count: int, **more: object) -> Project:
    """Write a service beside the secret in the variable PASSWORD, and as many lines of `.env`."""
    content: Properties = {
        "services": {"web": {"image": "web", **more}},
        "secrets": {"password": {"environment": "PASSWORD"}, "file": {"file": "secret.txt"}},
    }
    return {**whole(content), ".env": f"{lines(count)}W=$PASSWORD\n"}


def covered(count: int) -> Project:
    """Mount files that a Dockerfile may copy."""
    copies = "".join(f"COPY f{n}.txt /app/f{n}.txt\n" for n in range(count))
    binds = [f"./f{n}.txt:/app/f{n}.txt" for n in range(count)]
    files = {f"f{n}.txt": "x" for n in range(count)}
    content: Properties = {"services": {"web": {"build": ".", "image": "web", "volumes": binds}}}
    return {**whole(content), **files, "Dockerfile": f"FROM nginx\nWORKDIR /app\n{copies}"}


def mounted_folder(count: int) -> Project:
    """Mount a folder with so many files, and as many patterns beside it."""
    patterns = "".join(f"*.x{n}\n" for n in range(count))
    files = {f"conf/f{n}.txt": "x" for n in range(count)}
    return {**one(volumes=["./conf:/app/conf:ro"]), **files, ".gitignore": patterns}


def role(count: int) -> Project:
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    return one(
        **{"x-aws-role": {"Statement": [{**statement, "Sid": f"S{n}"} for n in range(count)]}}
    )


def autoscaled(count: int) -> Project:
    return whole({"services": services(count, deploy={"x-aws-autoscaling": {"max": 3, "cpu": 50}})})


def equipped(count: int) -> Project:
    """Make services that share what they use: a secret, a config, a volume, networks."""
    keys: Properties = {
        "environment": {"A": "b"},
        "secrets": ["key"],
        "configs": [{"source": "conf", "target": "/etc/app/conf"}],
        "volumes": ["data:/data"],
        "healthcheck": {"test": "true"},
        "networks": ["front", "back"],
        "tmpfs": "/t",
        "logging": {"options": {"awslogs-stream-prefix": "x"}},
    }
    return whole(
        {
            "services": services(count, **keys),
            "secrets": {"key": {"external": True, "name": SECRET}},
            "configs": {"conf": {"content": "x"}},
            "volumes": {"data": {}},
            "networks": {"front": {}, "back": {}},
        }
    )


External = {"external": True, "name": SECRET}

KINDS: Mapping[str, Callable[[int], Project]] = {
    "services": lambda n: whole({"services": services(n)}),
    "services with all": equipped,
    "profiles": lambda n: one(profiles=[*named(n), ""]),
    "variables": lambda n: one(environment=dict.fromkeys(named(n), "a")),
    "variables in a list": lambda n: one(environment=[f"{name}=a" for name in named(n)]),
    "variables put in": lambda n: one(environment=dict.fromkeys(named(n), "$A-${B:-c}")),
    "labels": lambda n: one(labels=dict.fromkeys(named(n), "a")),
    "labels of a deployment": lambda n: one(deploy={"labels": dict.fromkeys(named(n), "a")}),
    "ports": lambda n: one(ports=ports(n)),
    "ports of one range": lambda n: one(ports=[f"20000-{20000 + n - 1}:10000-{10000 + n - 1}"]),
    "ports of TCP": lambda n: one(
        ports=[f"{10000 + number}:{10000 + number}" for number in range(n)]
    ),
    "expose": lambda n: one(expose=[f"{10000 + number}" for number in range(n)]),
    "certificates": lambda n: one(
        ports=[{"target": 443, "x-aws-certificate": [CERTIFICATE.format(k) for k in range(n)]}]
    ),
    "ingress": lambda n: one(
        ports=[{"target": 80, "x-aws-ingress": [f"10.{k // 256}.{k % 256}.0/24" for k in range(n)]}]
    ),
    "routes": routed,
    "x-aws-secrets": secret_variables,
    "secrets": lambda n: used(n, "secrets", External),
    "secrets of files": lambda n: used(n, "secrets", {"file": "secret.txt"}),
    "configs": lambda n: used(
        n,
        "configs",
        {"content": "text"},
        configs=[{"source": f"n{k}", "target": f"/etc/app/{k}"} for k in range(n)],
    ),
    "volumes": lambda n: used(
        n, "volumes", {}, volumes=[f"n{number}:/v{number}" for number in range(n)]
    ),
    "volumes without names": lambda n: one(volumes=[f"/v{number}" for number in range(n)]),
    "binds": lambda n: whole(
        {"services": services(n, volumes=["./secret.txt:/etc/app/a:ro"])}, secret="x"
    ),
    "tmpfs": lambda n: one(tmpfs=[f"/t{number}" for number in range(n)]),
    "networks": lambda n: used(n, "networks", {}),
    "aliases": lambda n: one(networks={"default": {"aliases": named(n)}}),
    "depends_on": lambda n: chain(n, "depends_on"),
    "depends_on behind": lambda n: chain(n, "depends_on", back=True),
    "links": lambda n: chain(n, "links"),
    "volumes_from": lambda n: chain(n, "volumes_from"),
    "volumes_from behind": lambda n: chain(n, "volumes_from", back=True),
    "health checks": lambda n: whole({"services": services(n, healthcheck={"test": "curl web"})}),
    "lines of env_file": lambda n: whole({"services": services(1, env_file="v.txt")}, v=lines(n)),
    "lines of .env beside a secret": lambda n: beside_secret(n, environment={"A": f"$V{n - 1}"}),
    "values of secrets": lambda n: beside_secret(
        1, environment=dict.fromkeys(named(n), "$PASSWORD")
    ),
    "values beside secrets": lambda n: beside_secret(
        1, environment=dict.fromkeys(named(n), "${IMAGE-a}")
    ),
    "variables of secrets": lambda n: whole(
        {
            "services": {"web": {"image": "web", "environment": {"A": "$PASSWORD"}}},
            "secrets": {name: {"environment": name} for name in named(n)},
        }
    ),
    "files of a Dockerfile": covered,
    "files of a folder": mounted_folder,
    "lines of .env": lambda n: {**one(environment={"A": f"$V{n - 1}"}), ".env": lines(n)},
    "env_file of services": lambda n: whole({"services": services(n, env_file="v.txt")}, v="A=b\n"),
    "env_file": lambda n: whole({"services": services(1, env_file=["v.txt"] * n)}, v="A=b\n"),
    "label_file": lambda n: whole({"services": services(1, label_file="v.txt")}, v=lines(n)),
    "include": included,
    "extends": extending,
    "extends in a chain": extended_chain,
    "amended": amended,
    "anchors": anchored,
    "odd anchors": lambda n: anchored(n, "+"),
    "unknown keys": lambda n: one(**dict.fromkeys(named(n), 1)),
    "unknown sections": lambda n: whole({"services": services(1), **dict.fromkeys(named(n), 1)}),
    "unknown x-aws keys": lambda n: one(**dict.fromkeys(named(n, "x-aws-"), 1)),
    "x keys": lambda n: one(**dict.fromkeys((f"x-{name}" for name in named(n)), 1)),
    "wrong values": lambda n: one(environment={name: [1] for name in named(n)}),
    "wrong services": lambda n: whole({"services": services(n, privileged=[1])}),
    "wrong extensions": lambda n: whole({"services": services(n, **{"x-aws-role": "a b"})}),
    "overlay": lambda n: overlaid(n, "Resources", {"Type": "AWS::SNS::Topic"}),
    "overlay of outputs": lambda n: overlaid(n, "Outputs", {"Value": {"Ref": "AWS::StackName"}}),
    "statements": role,
    "scaling": autoscaled,
    "command": lambda n: one(command=named(n)),
    "extra_hosts": lambda n: one(extra_hosts=dict.fromkeys(named(n), "10.0.0.1")),
    "sysctls": lambda n: one(sysctls={f"net.core.{name}": 1 for name in named(n)}),
    "ulimits": lambda n: one(ulimits=dict.fromkeys(named(n), 1)),
    "cap_add": lambda n: one(cap_add=named(n)),
    "log options": lambda n: one(
        logging={"driver": "awsfirelens", "options": dict.fromkeys(named(n), "a")}
    ),
    "replicas of files": lambda n: whole(
        {
            "services": services(
                1, configs=[{"source": "c", "target": f"/c/{k}"} for k in range(n)]
            ),
            "configs": {"c": {"content": "x"}},
        }
    ),
}


HEAVY = frozenset(
    {
        *("services", "services with all", "routes", "binds", "depends_on", "depends_on behind"),
        *("links", "volumes_from", "volumes_from behind", "health checks", "env_file of services"),
        *("include", "extends", "extends in a chain", "amended", "wrong extensions", "scaling"),
        *("unknown x-aws keys", "ports", "ports of one range", "ports of TCP", "volumes"),
    }
)
"""Kinds of which an entry takes thousands of calls."""
