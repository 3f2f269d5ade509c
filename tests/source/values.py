"""Strategies for values in Compose files: mostly sound, now and then odd."""

from collections.abc import Mapping
from typing import TypeAlias

from hypothesis import strategies as st

from tests.source.written import Plain

Written: TypeAlias = Mapping[str, object]


def odd(usual: st.SearchStrategy[object], *unusual: object) -> st.SearchStrategy[object]:
    """Choose the usual value nearly always."""
    rare = st.sampled_from([Plain("~"), [], {}, "", Plain("yes"), 5, *unusual])
    return st.integers(0, 199).flatmap(lambda n: rare if n == 137 else usual)


def some(
    strategies: Mapping[str, st.SearchStrategy[object]], most: int
) -> st.SearchStrategy[Written]:
    """Take a few of many keys."""
    keys = st.lists(st.sampled_from(sorted(strategies)), max_size=most, unique=True)
    return keys.flatmap(lambda chosen: st.fixed_dictionaries({k: strategies[k] for k in chosen}))


def lists(item: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[object]:
    """Make a short list."""
    return st.lists(item, max_size=most)


SERVICES = ("web", "db", "job", "a.b", "c_d")
NETWORKS = ("front", "back", "default")
VOLUMES = ("data", "cache")
SECRETS = ("key", "cert")
CONFIGS = ("conf",)
VARIABLES = {
    "A": "1",
    "EMPTY": "",
    "PORT": "8080",
    "NAME": "db",
    "WORD": "yes",
    "D": "a$b",
    "KEPT": "s3cret",  # of secrets alone: where another value has it, it is refused here
}

pick = st.sampled_from
text = odd(
    pick(
        [
            "x",
            "a b",
            "${A}",
            "$A-${EMPTY:-y}",
            "${NOPE-z}",
            "$$A",
            "${NAME:+q}",
            "0755",
            "é",
            "a: b",
            "#c",
            Plain("plain"),
            Plain("${A}x"),
            Plain("x y # c"),
            Plain("'single ''q'"),
            Plain("|\n      block\n      text"),
        ]
    ),
    Plain("${"),
    "${A",
    Plain("${NOPE:?no}"),
    Plain("2024-01-31"),
    Plain("12:30"),
    Plain("off"),
    Plain("1.10"),
)
scalar = odd(
    pick(
        [
            "x",
            "",
            1,
            True,
            False,
            Plain("1.50"),
            Plain("0644"),
            Plain("1e3"),
            Plain("on"),
            Plain("~"),
            Plain("0x1F"),
            Plain("-0"),
            Plain("1_000"),
            Plain("${A}"),
            Plain("2024-01-31"),
            Plain("12:30:45"),
            Plain("0o17"),
            Plain("+5"),
            Plain(".5"),
            Plain("123456789012345678"),
            Plain("TRUE"),
            Plain("null"),
            "${EMPTY}",
            "${NOPE}",
        ]
    ),
)
name = pick(["A", "B", "LONG_NAME", "x.y", "with-dash", "a/b", "A$B"])
flag = odd(pick([True, False, "true", "no", Plain("yes"), "${WORD}", Plain("Off")]), "1", "t")
whole = odd(pick([0, 1, 5, "7", "${A}", Plain("010"), Plain("1_0")]), -1, 1.5, "x", Plain("1e2"))
share = odd(pick([0.5, "0.25", 1, "${A}", Plain("1e-1"), "1.3333333333"]), "x", -1)
size = odd(pick(["5m", "1g", 1024, "1.5k", "2 kb", "512MiB", "0"]), Plain("1e3"), "1x", "1Gi", -1)
written_size = odd(pick(["5m", "1g", "1024", "1.5k"]), 1024)
duration = odd(pick(["1s", "1m30s", "90s", "0s", "1.5h", "500ms", "2d", "-1s"]), "10", "1 s", 10)
path = odd(pick(["./x", "../y", "/abs/z", "~/h", "rel/w", ".", "./a/../b", "${NAME}/p"]))
mapping = st.dictionaries(name, scalar, max_size=3)
entry = pick(["A=1", "B", "B=", "LONG_NAME=${A}", "x.y=a=b", "A=${EMPTY}", "with-dash=yes"])
pairs = odd(st.one_of(mapping, lists(entry, 4)))
options = odd(st.dictionaries(name, pick(["x", 5, Plain("1.5"), "${A}"]), max_size=2), {"a": True})
command = odd(
    st.one_of(
        pick(["echo hi", "a 'b c' \"d e\"", "a; b", "a \\ b", 'sh -c "x $$Y"', "a\tb", ""]),
        lists(pick(["a", "b c", "${A}", ""])),
        st.just(Plain("~")),
    ),
    "a 'b",
    "a (b)",
)
words = odd(lists(pick(["a", "b", "c=1", "c=2", "${A}"])), ["x", "x"], "x", [5])
one_or_more = odd(st.one_of(pick(["a", "b"]), lists(pick(["a", "b", "c"]))), ["x", "x"])
address = pick(["10.0.0.1", "::1", "[::1]", "1.2.3.4,5.6.7.8"])
hosts = odd(
    st.one_of(
        st.dictionaries(pick(["h", "i.j"]), st.one_of(address, lists(address)), max_size=2),
        lists(st.tuples(pick(["h", "i.j"]), pick("=:"), address).map("".join)),
    ),
    ["h"],
)

short_port = odd(
    pick(
        [
            "80",
            "8080:80",
            "127.0.0.1:81:80",
            "3000-3002:3000-3002",
            "9000-9002:90",
            "53:53/udp",
            "[::1]:1:2",
            "${PORT}:80",
            80,
            Plain("22:22"),
            "127.0.0.1::70",
            "7000-7001",
        ]
    ),
    "a",
    "1:99999",
    "1-2:3-5",
    "x:1:1",
    80.5,
    "80/foo",
)
long_port = some(
    {
        "published": odd(pick(["80", 81, "${PORT}", "90-92"])),
        "protocol": odd(pick(["tcp", "udp"])),
        "host_ip": odd(pick(["127.0.0.1", "::1"]), "x"),
        "name": text,
        "mode": odd(pick(["ingress", "host"])),
        "app_protocol": odd(pick(["http", "tcp"])),
    },
    3,
).flatmap(
    lambda rest: odd(pick([80, "90", "${PORT}"])).map(lambda target: {"target": target, **rest})
)
port = st.one_of(short_port, long_port)

short_mount = odd(
    pick(
        [
            "data:/data",
            "cache:/cache/",
            "./src:/src:ro",
            "/anon",
            "~/h:/h:rw,z",
            "data:/data:nocopy",
            "./a:/b:rshared",
            "data:/x:ro",
            "../up:/up",
            "/etc/x:/etc/x:Z",
            "${NAME}:/v",
            "c:/win:/w",
            "a:/b",
            ".hid:/hid",
        ]
    ),
    "a:b:c:d:e",
    ":/x",
    "data::",
    "sub/x:/y",
)
long_mount = st.one_of(
    some(
        {
            "source": path,
            "read_only": flag,
            "bind": some(
                {
                    "propagation": text,
                    "create_host_path": flag,
                    "selinux": odd(pick(["z", "Z"])),
                    "recursive": odd(pick(["enabled", "readonly"])),
                },
                2,
            ),
            "consistency": text,
        },
        4,
    ).map(lambda rest: {"type": "bind", "target": "/bound", **rest}),
    some(
        {
            "source": odd(pick(VOLUMES)),
            "volume": some({"nocopy": flag, "subpath": text, "labels": pairs}, 2),
            "read_only": flag,
        },
        3,
    ).map(lambda rest: {"type": "volume", "target": "/vol/", **rest}),
    some({"tmpfs": some({"size": size, "mode": whole}, 2)}, 1).map(
        lambda rest: {"type": "tmpfs", "target": "/quick", **rest}
    ),
    some({"image": some({"subpath": text}, 1), "source": text}, 2).map(
        lambda rest: {"type": "image", "target": "/img", **rest}
    ),
)
mount = st.one_of(short_mount, long_mount)
