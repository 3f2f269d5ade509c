"""Strategies for the parts of a service."""

from hypothesis import strategies as st

from tests.source.values import (
    NETWORKS,
    SECRETS,
    SERVICES,
    command,
    duration,
    flag,
    hosts,
    lists,
    odd,
    one_or_more,
    options,
    pairs,
    path,
    pick,
    share,
    size,
    some,
    text,
    whole,
    words,
    written_size,
)
from tests.source.written import Plain


def reference(names: tuple[str, ...]) -> st.SearchStrategy[object]:
    """Refer to a secret or a config."""
    more = some(
        {
            "target": path,
            "uid": odd(pick(["0", "5"]), 5),
            "mode": odd(pick([0o440, "0400", Plain("0400")]), "rw"),
        },
        2,
    )
    long = st.tuples(pick(names), more).map(lambda both: {"source": both[0], **both[1]})
    return odd(st.one_of(pick(names), long), "nope")


limit = st.one_of(
    odd(pick([5, "6", "${A}"])),
    pick([{"soft": 1, "hard": "2"}, {"soft": 1}, {"hard": 5, "soft": -1}]),
)
ulimits = odd(st.dictionaries(pick(["nofile", "nproc"]), limit, max_size=2))
request = some(
    {
        "driver": text,
        "count": odd(pick([1, "all", "2"])),
        "device_ids": lists(pick(["0", "1"])),
        "options": pairs,
    },
    2,
).map(lambda rest: {"capabilities": ["gpu"], **rest})
build = st.one_of(
    path,
    some(
        {
            "context": odd(
                pick(["./ctx", ".", "https://github.com/a/b.git", "git@github.com:a/b", "/abs"])
            ),
            "dockerfile": odd(pick(["Dockerfile.x", "sub/D"])),
            "args": pairs,
            "labels": pairs,
            "target": text,
            "cache_from": lists(pick(["a", "b"])),
            "tags": words,
            "no_cache": flag,
            "pull": flag,
            "extra_hosts": hosts,
            "additional_contexts": odd(
                st.one_of(
                    pick([{"a": "./p"}, {"b": "service:db"}, {"c": "docker-image://x"}]),
                    pick([["a=./p"], ["b=/q"]]),
                )
            ),
            "secrets": lists(reference(SECRETS), 2),
            "shm_size": size,
            "ulimits": ulimits,
            "platforms": lists(pick(["linux/amd64", "linux/arm64"]), 2),
            "provenance": odd(pick([True, "max"])),
            "network": text,
            "no_cache_filter": one_or_more,
        },
        5,
    ),
)
update = some(
    {
        "parallelism": whole,
        "delay": duration,
        "order": odd(pick(["start-first", "stop-first"]), "x"),
        "failure_action": text,
        "max_failure_ratio": share,
    },
    3,
)
deploy = some(
    {
        "mode": odd(pick(["replicated", "global"])),
        "replicas": whole,
        "labels": pairs,
        "update_config": update,
        "rollback_config": update,
        "resources": some(
            {
                "limits": some({"cpus": share, "memory": written_size, "pids": whole}, 3),
                "reservations": some(
                    {
                        "cpus": share,
                        "memory": written_size,
                        "devices": lists(request, 2),
                        "generic_resources": pick(
                            [[], [{"discrete_resource_spec": {"kind": "gpu", "value": 2}}]]
                        ),
                    },
                    2,
                ),
            },
            2,
        ),
        "restart_policy": some(
            {"condition": text, "delay": duration, "max_attempts": whole, "window": duration}, 3
        ),
        "placement": some(
            {
                "constraints": lists(pick(["a==b", "c!=d"])),
                "preferences": lists(pick([{"spread": "z"}, {"spread": "y"}])),
                "max_replicas_per_node": whole,
            },
            2,
        ),
        "endpoint_mode": text,
    },
    4,
)
attachment = st.one_of(
    st.just(Plain("~")),
    some(
        {
            "aliases": words,
            "ipv4_address": pick(["10.0.0.2"]),
            "priority": odd(pick([1, 2.5])),
            "driver_opts": options,
            "mac_address": text,
            "link_local_ips": lists(pick(["1.1.1.1"])),
        },
        3,
    ),
)
networks = odd(
    st.one_of(
        st.lists(pick(NETWORKS), max_size=3, unique=True),
        st.dictionaries(pick(NETWORKS), attachment, max_size=3),
    )
)
dependency = some({"restart": flag, "required": flag}, 2).flatmap(
    lambda rest: odd(pick(["service_started", "service_healthy"]), "x").map(
        lambda condition: {"condition": condition, **rest}
    )
)
depends_on = odd(
    st.one_of(
        st.lists(pick(SERVICES), max_size=2, unique=True),
        st.dictionaries(pick(SERVICES), dependency, max_size=2),
    )
)
healthcheck = some(
    {
        "test": odd(st.one_of(pick(["curl x", ["CMD", "a"], ["NONE"], ["CMD-SHELL", "b"]]))),
        "interval": duration,
        "timeout": duration,
        "retries": odd(pick([3, "4", 2.7])),
        "start_period": duration,
        "disable": flag,
    },
    4,
)
hook = some(
    {"user": text, "privileged": flag, "environment": pairs, "working_dir": path}, 2
).flatmap(lambda rest: command.map(lambda c: {"command": c, **rest}))
