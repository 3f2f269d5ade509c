"""Strategies for projects that are all layers: files that override, extend and include, with tags.

A service says little, but each layer says it in another way, and ``!reset`` and ``!override`` are
at any depth.
"""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from tests.source.projects import Draw, Made
from tests.source.values import VOLUMES, lists, pick, some
from tests.source.written import Plain, Tagged, write

variables = st.one_of(
    st.dictionaries(pick(["A", "B", "C"]), pick(["x", "y", Plain("~"), "${A}"]), max_size=3),
    lists(pick(["A=1", "B=2", "C", "B="]), 3),
)
hosts = st.one_of(
    st.dictionaries(
        pick(["h", "i"]), pick(["1.1.1.1", ["1.1.1.1", "2.2.2.2"]]), min_size=1, max_size=2
    ),
    st.lists(pick(["h=1.1.1.1", "i=2.2.2.2", "h=3.3.3.3"]), min_size=1, max_size=2, unique=True),
)
contexts = st.one_of(
    st.dictionaries(pick(["a", "b"]), pick(["./p", "/q", "service:db"]), max_size=2),
    lists(pick(["a=./p", "b=/q", "a=./r"]), 2),
)
entrance = pick(
    ["80", "8080:80", "8081:80", {"target": 80, "published": "8080"}, {"target": 90, "name": "n"}]
)
mount = pick(
    [
        *("data:/d", "cache:/c", "./src:/d:ro", "/anonymous"),
        {"type": "bind", "source": "./x", "target": "/d", "bind": {"propagation": "shared"}},
        {"type": "volume", "source": "data", "target": "/c", "read_only": True},
    ]
)
resources = {"limits": {"cpus": "1", "memory": "1g"}, "reservations": {"memory": "5m"}}

SERVICE: Mapping[str, st.SearchStrategy[object]] = {
    "build": st.one_of(
        st.just("./ctx"),
        some(
            {
                "context": pick([".", "./ctx"]),
                "args": variables,
                "additional_contexts": contexts,
                "extra_hosts": hosts,
                "labels": variables,
                "tags": lists(pick(["s", "t"]), 2),
            },
            3,
        ),
    ),
    "cap_add": lists(pick(["NET_ADMIN", "SYS_TIME"]), 2),
    "command": pick(["a b", ["a", "b"], Plain("~"), []]),
    "configs": lists(pick(["conf", {"source": "conf", "target": "/etc/c"}]), 2),
    "depends_on": pick(
        [["db"], {"db": {"condition": "service_started"}}, {"db": {"condition": "service_healthy"}}]
    ),
    "deploy": some(
        {
            "labels": variables,
            "replicas": pick([1, 2]),
            "resources": pick([resources, {"limits": {"cpus": "2"}}]),
            "placement": pick([{"constraints": ["a==b"]}, {"constraints": ["c==d"]}]),
        },
        3,
    ),
    "dns": pick(["1.1.1.1", ["1.1.1.1", "2.2.2.2"], ["2.2.2.2"]]),
    "entrypoint": pick(["e", ["e", "f"]]),
    "env_file": pick(["a.env", ["a.env"], [{"path": "b.env", "required": False}]]),
    "environment": variables,
    "expose": lists(pick(["80", 90]), 2),
    "extra_hosts": hosts,
    "healthcheck": some(
        {"test": pick(["x", ["CMD", "y"]]), "retries": pick([1, 2]), "interval": pick(["1s"])}, 3
    ),
    "labels": variables,
    "logging": pick(
        [
            {"driver": "json-file", "options": {"max-size": "1m", "max-file": "2"}},
            {"driver": "syslog", "options": {"tag": "t"}},
            {"options": {"max-size": "2m"}},
        ]
    ),
    "networks": pick(
        [["front"], ["front", "back"], {"front": {"aliases": ["x"]}, "back": Plain("~")}]
    ),
    "ports": lists(entrance, 3),
    "profiles": lists(pick(["dev"]), 1),
    "secrets": lists(pick(["key", {"source": "key", "target": "k"}]), 2),
    "stop_signal": pick(["INT", "TERM"]),
    "sysctls": variables,
    "tmpfs": pick(["/run", ["/run", "/t"], ["/t"]]),
    "ulimits": pick([{"nproc": 5}, {"nproc": {"soft": 1, "hard": 2}, "nofile": 7}]),
    "volumes": lists(mount, 3),
    "x-extra": pick([1, [1, 2], {"a": 1, "b": {"c": [1]}}, {"a": Plain("~"), "b": {"d": 2}}]),
}
layer = some(SERVICE, 4)


NAMES = ("web", "inc", "job")
COUNTS = ((), (1,), (1, 2), (1, 2, 3))
"""Which files lie over the first."""
EXTENDED = ("db", {"service": "db"}, {"file": "sub/base.yaml", "service": "base"})


@st.composite
def tagged(draw: Draw, value: object) -> object:
    """Put tags on some of the values in a mapping or a list."""
    match draw(st.integers(0, 11)):
        case 4:
            return Tagged("!reset", draw(pick([Plain("null"), value])))
        case 7:
            return Tagged("!override", value)
    match value:
        case dict():
            return {key: draw(tagged(each)) for key, each in value.items()}
        case list():
            return [draw(tagged(each)) for each in value]
    return value


@st.composite
def amended(draw: Draw, extended: Sequence[object] = EXTENDED) -> dict[str, object]:
    """Say something of a service that other layers have; it may extend one of these."""
    said = draw(layer)
    assert isinstance(said, dict)
    found = {key: draw(tagged(each)) for key, each in said.items()}
    if extended and draw(st.booleans()):
        found["extends"] = draw(pick(extended))
    return found


@st.composite
def whole(draw: Draw, image: str) -> dict[str, object]:
    """Write a service that can stand alone."""
    said = draw(layer)
    assert isinstance(said, dict)
    return {"image": image, **said}


@st.composite
def document(draw: Draw, names: Sequence[str]) -> dict[str, object]:
    """Write a later file: services that others have, and now and then a section with a tag."""
    chosen = draw(st.lists(pick(names), min_size=1, max_size=2, unique=True))
    assert isinstance(chosen, list)
    from_file = EXTENDED[2:]
    services: object = {name: draw(tagged(draw(amended(from_file)))) for name in chosen}
    made: dict[str, object] = {"services": services}
    also = draw(pick(["", "", "", "", "services", "volumes"]))
    if also == "services":
        made["services"] = Tagged("!override", services)
    if also == "volumes":
        gone = Tagged("!reset", Plain("null"))
        made["volumes"] = {"data": draw(pick([gone, {"driver": "d"}]))}
    return made


@st.composite
def included(draw: Draw) -> dict[str, str]:
    """Write the files that a project includes: one, one beside it, and one that it includes."""
    service = draw(whole("inc"))
    inner: dict[str, object] = {"services": {"inc": service}}
    found = {"sub/more.yaml": write(draw(document(["inc"])))}
    if draw(st.booleans()):
        found["sub/deep/deep.yaml"] = write({"services": {"deep": draw(whole("deep"))}})
        inner["include"] = ["deep/deep.yaml"]
        heir = draw(amended(()))
        assert isinstance(heir, dict)
        inner["services"] = {"inc": {**heir, "image": "inc", "extends": "deep"}}
    return {"sub/inc.yaml": write(inner), **found}


@st.composite
def main_file(draw: Draw) -> dict[str, object]:
    """Write the first file: it includes others, amends what they have, and extends that."""
    services = {"db": draw(whole("db")), "web": draw(whole("web"))}
    if draw(st.booleans()):
        services["inc"] = draw(amended())
    if draw(st.booleans()):
        job = draw(amended(("inc", "web")))
        assert isinstance(job, dict)
        services["job"] = {"image": "job", **job}
    return {
        "include": draw(pick([["sub/inc.yaml"], [{"path": ["sub/inc.yaml", "sub/more.yaml"]}]])),
        "services": services,
        "networks": {"front": {}, "back": {}},
        "volumes": {name: {} for name in VOLUMES},
        "secrets": {"key": {"file": "./s.txt"}},
        "configs": {"conf": {"content": "c"}},
    }


@st.composite
def layers(draw: Draw) -> Made:
    """Make a project of up to eight files."""
    more = draw(included())
    assert isinstance(more, dict)
    content = {
        "a.env": "A=from_a\nB='q'\n",
        "b.env": "B=from_b\n",
        "sub/base.yaml": write({"services": {"base": draw(whole("base"))}}),
        **more,
        "compose.yaml": write(draw(main_file())),
    }
    numbers = draw(pick(COUNTS))
    assert isinstance(numbers, tuple)
    over = {f"over{number}.yaml": write(draw(document(NAMES))) for number in numbers}
    profiles = draw(pick([(), ("*",)]))
    assert isinstance(profiles, tuple)
    return Made({**content, **over}, ("compose.yaml", *over), profiles)
