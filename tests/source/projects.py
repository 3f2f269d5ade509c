"""Strategies for whole Compose projects, in several files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from hypothesis import strategies as st

from tests.source.parts import (
    build,
    depends_on,
    deploy,
    healthcheck,
    hook,
    networks,
    reference,
    request,
    ulimits,
)
from tests.source.values import (
    CONFIGS,
    SECRETS,
    SERVICES,
    VOLUMES,
    Written,
    command,
    duration,
    flag,
    hosts,
    lists,
    mount,
    odd,
    one_or_more,
    options,
    pairs,
    path,
    pick,
    port,
    scalar,
    share,
    size,
    some,
    text,
    whole,
    words,
)
from tests.source.written import Plain, Tagged, write

SERVICE: Mapping[str, st.SearchStrategy[object]] = {
    "annotations": pairs,
    "attach": flag,
    "build": build,
    "blkio_config": some(
        {
            "weight": odd(pick([10, 300])),
            "device_read_bps": lists(
                pick([{"path": "/dev/a", "rate": "1mb"}, {"path": "/dev/b", "rate": 5}]), 2
            ),
        },
        2,
    ),
    "cap_add": words,
    "cap_drop": words,
    "command": command,
    "configs": lists(reference(CONFIGS)),
    "container_name": odd(pick(["own", "other"])),
    "cpu_shares": whole,
    "cpu_count": whole,
    "cpus": share,
    "cpuset": text,
    "credential_spec": some({"file": path, "registry": text}, 1),
    "depends_on": depends_on,
    "deploy": deploy,
    "develop": pick(
        [
            {"watch": [{"path": "./src", "action": "sync", "target": "/x"}]},
            {"watch": []},
            Plain("~"),
        ]
    ),
    "device_cgroup_rules": words,
    "devices": lists(
        odd(
            pick(
                ["/dev/a", "/dev/a:/dev/b", "/dev/a:/c:r", {"source": "/dev/x", "target": "/dev/y"}]
            ),
            "a:b:c:d",
        )
    ),
    "dns": one_or_more,
    "dns_opt": words,
    "dns_search": one_or_more,
    "domainname": text,
    "entrypoint": command,
    "env_file": odd(
        st.one_of(
            pick(["a.env", "./b.env"]),
            lists(
                pick(
                    [
                        "a.env",
                        {"path": "b.env"},
                        {"path": "no.env", "required": False},
                        {"path": "b.env", "format": "raw"},
                    ]
                )
            ),
        ),
        "missing.env",
    ),
    "environment": pairs,
    "expose": lists(pick(["80", 90, "5-6", "7/udp"])),
    "external_links": words,
    "extra_hosts": hosts,
    "gpus": odd(st.one_of(st.just("all"), lists(request, 2))),
    "group_add": lists(pick(["a", "5"]), 2),
    "healthcheck": healthcheck,
    "hostname": text,
    "init": flag,
    "ipc": odd(pick(["host", "service:db", "shareable"])),
    "isolation": text,
    "label_file": odd(st.one_of(st.just("a.env"), lists(pick(["a.env", "./b.env"]), 2))),
    "labels": pairs,
    "links": lists(pick(["db", "db:alias", "web"]), 2),
    "logging": some({"driver": odd(pick(["json-file", "syslog"])), "options": options}, 2),
    "mac_address": text,
    "mem_limit": size,
    "mem_reservation": size,
    "memswap_limit": odd(pick([-1, "-1", "1g"])),
    "network_mode": odd(pick(["host", "none", "service:db", "bridge"])),
    "networks": networks,
    "oom_kill_disable": flag,
    "oom_score_adj": odd(pick([-500, "10"]), 5000),
    "pid": odd(pick(["host", "service:web"])),
    "pids_limit": whole,
    "platform": odd(pick(["linux/amd64", "linux/arm64"])),
    "ports": lists(port, 4),
    "post_start": lists(hook, 2),
    "pre_stop": lists(hook, 1),
    "privileged": flag,
    "profiles": lists(pick(["dev", "prod"]), 2),
    "pull_policy": odd(pick(["always", "if_not_present", "missing", "daily", "every_5h"]), "x"),
    "read_only": flag,
    "restart": text,
    "runtime": text,
    "scale": whole,
    "secrets": lists(reference(SECRETS)),
    "security_opt": words,
    "shm_size": size,
    "stdin_open": flag,
    "stop_grace_period": duration,
    "stop_signal": text,
    "storage_opt": odd(pick([{"size": "5G"}, {"n": 5}])),
    "sysctls": pairs,
    "tmpfs": odd(
        st.one_of(st.just("/run"), lists(pick(["/run", "/quick:size=1m", "/run:mode=755"])))
    ),
    "tty": flag,
    "ulimits": ulimits,
    "user": text,
    "userns_mode": text,
    "uts": text,
    "volumes": lists(mount, 4),
    "models": pick([["llm"], {"llm": {"endpoint_var": "E"}}, {"llm": Plain("~")}]),
    "pre_start": lists(
        some(
            {
                "command": command,
                "image": text,
                "environment": pairs,
                "per_replica": flag,
                "user": text,
                "volumes": lists(mount, 2),
            },
            3,
        ),
        2,
    ),
    "provider": pick([{"type": "p"}, {"type": "p", "options": {"a": 1, "b": ["x", 2], "c": True}}]),
    "cgroup_parent": text,
    "use_api_socket": pick([True, False]),
    "pull_refresh_after": text,
    "mem_swappiness": odd(pick([5, "60"])),
    "volumes_from": lists(pick(["db", "web:ro", "container:x"]), 2),
    "working_dir": path,
    "x-extra": scalar,
}
service = some(SERVICE, 6).flatmap(
    lambda rest: odd(pick(["img:1", "${NAME}:2"])).map(lambda image: {"image": image, **rest})
)
NETWORK = {
    "driver": text,
    "driver_opts": options,
    "name": text,
    "internal": flag,
    "attachable": flag,
    "enable_ipv6": flag,
    "external": flag,
    "labels": pairs,
    "ipam": some(
        {
            "driver": text,
            "config": pick(
                [[{"subnet": "10.0.0.0/8", "gateway": "10.0.0.1"}], [{"subnet": "1.0.0.0/8"}]]
            ),
        },
        2,
    ),
}
VOLUME = {"driver": text, "driver_opts": options, "name": text, "labels": pairs}
network = st.one_of(st.just(Plain("~")), some(NETWORK, 3))
volume = st.one_of(
    pick([Plain("~"), {"external": True}, {"external": "on", "name": "${NAME}"}]), some(VOLUME, 2)
)
secret = st.one_of(
    some({"labels": pairs, "name": text}, 1).map(lambda rest: {"file": "./s.txt", **rest}),
    pick([{"environment": "KEPT"}, {"external": True}, {"external": {"name": "n"}}]),
)
config = pick(
    [
        {"file": "./c.txt"},
        {"content": "a ${A}"},
        {"environment": "A"},
        {"external": True, "name": "n"},
    ]
)


def definitions(
    names: tuple[str, ...], one: st.SearchStrategy[object]
) -> st.SearchStrategy[Written]:
    """Define all these names, so that references to them lead somewhere."""
    return st.fixed_dictionaries(dict.fromkeys(names, one))


BASE = st.fixed_dictionaries(
    {
        "services": st.dictionaries(pick(SERVICES), service, min_size=1, max_size=3).map(
            lambda found: {"db": {"image": "db"}, "web": {"image": "web"}, **found}
        ),
        "networks": definitions(("front", "back"), network),
        "volumes": definitions(VOLUMES, volume),
        "secrets": definitions(SECRETS, secret),
        "configs": definitions(CONFIGS, config),
        "models": st.just({"llm": {"model": "ai/x", "context_size": 5}}),
        "x-top": pick([1, "${A}", {"a": [1, {"b": "$$"}]}, Plain("1.0"), Plain("0755")]),
    }
)
tagged = {
    key: st.tuples(st.integers(0, 19), value).map(
        lambda both: {3: Tagged("!reset", Plain("null")), 7: Tagged("!override", both[1])}.get(
            *both
        )
    )
    for key, value in SERVICE.items()
}
OVERRIDE = st.dictionaries(pick(["web", "db"]), some(tagged, 5), min_size=1, max_size=2).map(
    lambda found: {"services": found}
)
EXTENDED = some(SERVICE, 5).map(lambda rest: {"services": {"base": {"image": "base", **rest}}})
INCLUDED = some(SERVICE, 4).map(lambda rest: {"services": {"inc": {"image": "inc", **rest}}})
DEEP = some(SERVICE, 3).map(lambda rest: {"services": {"deep": {"image": "deep", **rest}}})
ENTRY = pick(
    [
        "sub/inc.yaml",
        {"path": "sub/inc.yaml"},
        {"path": ["sub/inc.yaml"], "project_directory": "."},
        {"path": "sub/inc.yaml", "env_file": "a.env"},
        {"path": ["sub/inc.yaml", "sub/more.yaml"]},
    ]
)
"""How a file may be included."""
HEIR = st.tuples(some(SERVICE, 3), pick(["inc", {"service": "inc"}])).map(
    lambda both: {**both[0], "extends": both[1]}
)
"""A service that extends an included one."""
AMENDED = some(tagged, 3)
"""What a file says of a service that it includes."""


@dataclass(frozen=True)
class Made:
    """A project that was made up: the texts of its files, and the ``-f`` arguments."""

    content: Mapping[str, str]
    files: tuple[str, ...]
    profiles: tuple[str, ...]


Draw: TypeAlias = Callable[[st.SearchStrategy[object]], object]


@st.composite
def included(draw: Draw, base: dict[str, object]) -> Mapping[str, str]:
    """Include files in a base, whose services may amend and extend the included one."""
    base["include"] = [draw(ENTRY)]
    inner = draw(INCLUDED)
    assert isinstance(inner, dict)
    content = {"sub/more.yaml": write({"services": {"inc": draw(AMENDED)}})}
    if draw(st.booleans()):
        content["sub/deep/deep.yaml"] = write(draw(DEEP))
        inner["include"] = ["deep/deep.yaml"]
        inner["services"]["inc"] = {**inner["services"]["inc"], "extends": "deep"}
    content["sub/inc.yaml"] = write(inner)
    services = base["services"]
    assert isinstance(services, dict)
    for name, service in (("inc", AMENDED), ("heir", HEIR)):
        if draw(st.booleans()):
            services[name] = draw(service)
    return content


@st.composite
def projects(draw: Draw) -> Made:
    """Make a project of one to six files."""
    base = draw(BASE)
    assert isinstance(base, dict)
    content = {
        "a.env": "A=from_a\nB='q'\nC=${A}\n",
        "b.env": 'B=from_b\nD="x ${B}"\n',
        "sub/.env": "INNER=1\n",
    }
    kinds = draw(st.sets(pick(["override", "extends", "include"]), max_size=2))
    assert isinstance(kinds, set)
    files = ["compose.yaml"]
    if "extends" in kinds:
        base["services"]["web"] = {
            **base["services"]["web"],
            "extends": {"file": "sub/base.yaml", "service": "base"},
        }
        content["sub/base.yaml"] = write(draw(EXTENDED))
    if "include" in kinds:
        more = draw(included(base))
        assert isinstance(more, dict)
        content |= more
    if "override" in kinds:
        files.append("over.yaml")
        content["over.yaml"] = write(draw(OVERRIDE))
    content["compose.yaml"] = write(base)
    profiles = draw(pick([(), ("dev",), ("*",)]))
    assert isinstance(profiles, tuple)
    return Made(content, tuple(files), profiles)
