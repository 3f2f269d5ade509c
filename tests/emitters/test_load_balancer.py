"""Whatever ports say, a file gives findings with places, or a template whose parts fit."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compose2cfn import ComposeError, Memory, Result, Severity, convert
from tests.simulator.template import Declaration, Properties, Template, parse, references
from tests.validators import deploy_rules, invariants
from tests.validators.tools import has_node

ACCOUNT = "eu-west-1:123456789012"
ELB = f"arn:aws:elasticloadbalancing:{ACCOUNT}"
APP = f"{ELB}:loadbalancer/app/shared/50dc6c495c0c9188"
NET = f"{ELB}:loadbalancer/net/shared/50dc6c495c0c9188"
LISTENERS = [
    f"{ELB}:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2",
    f"{ELB}:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab3",
    f"{ELB}:listener/app/other/50dc6c495c0c9188/f2f7dc8efc522ab4",
    f"{ELB}:listener/net/shared/50dc6c495c0c9188/f2f7dc8efc522ab5",
]
GROUPS = [f"{ELB}:targetgroup/{name}/73e2d6bc24d8a067" for name in ("first", "second")]
CERTIFICATES = [
    f"arn:aws:acm:{ACCOUNT}:certificate/00000000-0000-0000-0000-00000000000{n}" for n in range(3)
]
IMPORT = {"Fn::ImportValue": "shared-thing"}


OWN_FAULTS = {"id-conflict", "property-refused", "reference-dangling", "task-conflict"}


def seldom(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Leave a key out more often than not."""
    return st.one_of(st.none(), st.none(), st.none(), values)


sources = st.sampled_from(
    ["10.0.0.0/8", "10.1.0.0/8", "2001:db8::/32", "sg-0123456789abcdef0", "pl-0123456789abcdef0"]
) | st.just(IMPORT)
ingress = st.lists(sources, max_size=3)
balancers = st.sampled_from(
    [
        "",
        "none",
        APP,
        NET,
        IMPORT,
        {"type": "network"},
        {"type": "application"},
        {"scheme": "internal"},
        {"type": "network", "scheme": "internal", "subnets": 3},
        {"security_group": "sg-0123456789abcdef1"},
        {"arn": APP, "security_group": "sg-0123456789abcdef1"},
        {"arn": IMPORT, "type": "network"},
        {"ingress": ["10.0.0.0/8"]},
    ]
)
hosts = st.sampled_from(["shop.example.com", "*.example.com", ["a.de", "b.de"]])
paths = st.sampled_from(["/a", "/a/*", "/b", ["/c", "/c"]])
priorities = {"priority": st.integers(1, 5)}
routes = st.one_of(
    st.fixed_dictionaries({"host": hosts}, optional={"path": paths, **priorities}),
    st.fixed_dictionaries({"path": paths}, optional={"host": hosts, **priorities}),
)
certificates = st.sampled_from([[], *CERTIFICATES, CERTIFICATES, IMPORT])
ends: Properties = {
    "target": st.sampled_from([80, 8080, 9090, 5432]),
    "published": st.sampled_from([80, 81, 443]),
}
"""Few ports, so that many want the same."""
routed = st.fixed_dictionaries(
    {**ends, "x-aws-protocol": st.just("http"), "x-aws-route": routes},
    optional={"x-aws-loadbalancer": st.sampled_from([APP, {"scheme": "internal"}])},
)
secure = st.fixed_dictionaries(
    {**ends, "published": st.just(443), "x-aws-certificate": certificates},
    optional={"x-aws-route": routes, "app_protocol": st.sampled_from(["grpc", "https"])},
)
redirected = st.fixed_dictionaries({**ends, "x-aws-redirect": st.just("https")})
streams = st.fixed_dictionaries(
    {**ends, "protocol": st.sampled_from(["tcp", "udp"])},
    optional={"x-aws-ingress": ingress, "x-aws-loadbalancer": st.just({"scheme": "internal"})},
)
existing = st.fixed_dictionaries(
    {**ends, "x-aws-listener": st.sampled_from(["", *LISTENERS]), "x-aws-route": routes}
) | st.fixed_dictionaries({**ends, "x-aws-target_group": st.sampled_from(["", *GROUPS, IMPORT])})
wild = st.fixed_dictionaries(
    {
        **ends,
        "protocol": st.sampled_from(["tcp", "tcp", "tcp", "udp"]),
        "app_protocol": seldom(st.sampled_from(["grpc", "http", "http2", "https", "tls"])),
        "x-aws-certificate": seldom(certificates),
        "x-aws-ingress": seldom(ingress),
        "x-aws-listener": seldom(st.sampled_from(["", *LISTENERS, IMPORT])),
        "x-aws-loadbalancer": seldom(balancers),
        "x-aws-protocol": seldom(st.sampled_from(["http", "https", "tcp", "tls", "udp"])),
        "x-aws-redirect": seldom(st.just("https")),
        "x-aws-route": seldom(routes | st.just({})),
        "x-aws-target_group": seldom(st.sampled_from(["", *GROUPS, IMPORT])),
    }
)
ports = st.one_of(routed, routed, secure, redirected, streams, existing, wild)
checks = st.fixed_dictionaries(
    {},
    optional={
        "path": st.just("/health"),
        "port": st.sampled_from([9001, "traffic-port"]),
        "protocol": st.sampled_from(["http", "tcp"]),
        "interval": st.integers(5, 12),
        "timeout": st.integers(2, 12),
    },
)
NETWORKS = {
    "front": {},
    "back": {"internal": True},
    "shared": {"external": True, "name": "sg-0123456789abcdef2"},
}
services = st.fixed_dictionaries(
    {
        "image": st.just("app"),
        "ports": st.lists(ports, max_size=2),
        "networks": st.lists(st.sampled_from([*NETWORKS]), min_size=1, max_size=2, unique=True),
        "x-aws-healthcheck": seldom(checks),
    }
)
projects = st.fixed_dictionaries(
    {
        "services": st.dictionaries(st.sampled_from(["web", "api", "db"]), services, min_size=1),
        "networks": st.just(NETWORKS),
        "x-aws-ingress": seldom(ingress),
        "x-aws-loadbalancer": seldom(balancers),
    }
)


def written(value: object) -> object:
    """Leave out the keys that are not said."""
    match value:
        case dict():
            return {key: written(item) for key, item in value.items() if item is not None}
        case list():
            return [written(item) for item in value]
    return value


def converted(content: object) -> tuple[Result | None, str]:
    """Convert a project; a refusal has a place, and emitters never disagree."""
    text = yaml.safe_dump(written(content), sort_keys=False)
    try:
        return convert("compose.yaml", files=Memory({"compose.yaml": text})), text
    except ComposeError as error:
        for found in error.diagnostics:
            assert found.at, found
            assert found.severity is not Severity.ERROR or found.code not in OWN_FAULTS, found
        return None, text


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(content=projects)
def test_what_ports_become_fits_together(content: Properties) -> None:
    result, text = converted(content)
    if result is None:
        return
    template = parse(result.to_yaml())
    assert [*invariants.faults(template, text)] == []
    assert [*dangling(template)] == []
    for kind, said in UNIQUE.items():
        assert [*repeated(of(kind, template), said)] == []


def of(kind: str, template: Template) -> Iterator[Declaration]:
    return (one for one in template.declarations.values() if one.type == f"AWS::{kind}")


def dangling(template: Template) -> Iterator[str]:
    """Name what is referred to but does not exist."""
    there = template.declarations.keys() | template.parameters.keys()
    for one in template.declarations.values():
        names = {reference.name for reference in references(one.properties)}
        yield from (name for name in names - there if not name.startswith("AWS::"))
        yield from {*one.depends_on} - there


UNIQUE = {
    "ElasticLoadBalancingV2::Listener": ["LoadBalancerArn", "Port"],
    "ElasticLoadBalancingV2::ListenerRule": ["ListenerArn", "Priority"],
    "EC2::SecurityGroupIngress": [
        "GroupId",
        "SourceSecurityGroupId",
        "SourcePrefixListId",
        "CidrIp",
        "CidrIpv6",
        "IpProtocol",
        "FromPort",
    ],
}
"""The properties that no two resources of a type have in common."""


def repeated(found: Iterable[Declaration], names: list[str]) -> Iterator[str]:
    count = Counter(
        json.dumps([one.properties.get(name) for name in names], sort_keys=True) for one in found
    )
    return (text for text, times in count.items() if times > 1)


def test_the_law_sees_what_is_there_twice() -> None:
    content = {"services": {"web": {"image": "app", "ports": ["80:80", "81:81"]}}}
    result, _ = converted(content)
    assert result is not None
    listeners = [*of("ElasticLoadBalancingV2::Listener", parse(result.to_yaml()))]
    names = UNIQUE["ElasticLoadBalancingV2::Listener"]
    assert len(listeners) == 2
    assert [*repeated(listeners, names)] == []
    assert len([*repeated([*listeners, *listeners], names)]) == 2


@pytest.mark.node
@pytest.mark.slow
@pytest.mark.skipif(not has_node(), reason="needs node and npm")
def test_deploy_rules_find_nothing_in_what_ports_become(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file: Path = tmp_path_factory.mktemp("law") / "template.yaml"

    @settings(max_examples=200, deadline=None)
    @given(content=projects)
    def law(content: Properties) -> None:
        result, _ = converted(content)
        if result is not None:
            file.write_text(result.to_yaml())
            assert deploy_rules.findings(file) == []

    law()


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ("ports: [{target: 80, published: '%s'}]", "port-number"),
        ("ports: ['80:80'], x-aws-healthcheck: {port: '%s'}", "check-port"),
        ("ports: ['80:80'], x-aws-healthcheck: {codes: '%s'}", "check-codes"),
        ("expose: ['%s']", "port-number"),
    ],
)
@pytest.mark.parametrize("number", ["9" * 5000, "65536", "\u0668\u0660"])
def test_a_number_that_no_port_or_code_has_is_refused(keys: str, code: str, number: str) -> None:
    text = f"services: {{web: {{image: app, {keys % number}}}}}"
    with pytest.raises(ComposeError) as caught:
        convert("compose.yaml", files=Memory({"compose.yaml": text}))
    errors = [one for one in caught.value.diagnostics if one.severity is Severity.ERROR]
    assert {one.code for one in errors} == {code}


def admitting(source: object) -> list[str]:
    """Give the properties by which rules of load balancers name a source."""
    port = {"target": 80, "published": 80, "x-aws-ingress": [source]}
    overlay = {
        "Parameters": {
            "Group": {"Type": "AWS::EC2::SecurityGroup::Id"},
            "Block": {"Type": "String"},
        },
        "Resources": {
            "Bastion": {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "b"}},
            "Blocks": {
                "Type": "AWS::EC2::PrefixList",
                "Properties": {"AddressFamily": "IPv4", "MaxEntries": 1, "PrefixListName": "b"},
            },
        },
    }
    services = {"web": {"image": "app", "ports": [port]}}
    text = json.dumps({"services": services, "x-aws-cloudformation": overlay})
    result = convert("compose.yaml", files=Memory({"compose.yaml": text}))
    found = [*of("EC2::SecurityGroupIngress", parse(result.to_yaml()))]
    kinds = {"CidrIp", "SourcePrefixListId", "SourceSecurityGroupId"}
    clients = [one.properties for one in found if "Clients" in one.properties["Description"]]
    told = [one.code for one in result.diagnostics if one.code == "ingress-assumed"]
    return [*(key for rule in clients for key in rule if key in kinds), *told]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Group", ["SourceSecurityGroupId"]),
        ("Bastion", ["SourceSecurityGroupId"]),
        ("DefaultNetwork", ["SourceSecurityGroupId"]),
        ("Blocks", ["SourcePrefixListId"]),
        ("Block", ["CidrIp", "ingress-assumed"]),
    ],
)
def test_what_a_reference_admits_is_what_it_refers_to(source: str, expected: list[str]) -> None:
    assert admitting({"Ref": source}) == expected


def test_an_import_is_taken_for_a_block_and_told() -> None:
    assert admitting(IMPORT) == ["CidrIp", "ingress-assumed"]


@pytest.mark.parametrize("given", ["!ImportValue shared", "shared", ""])
@pytest.mark.parametrize(
    ("ports", "created"),
    [
        ('["6000:6000"]', False),
        ('["6000:6000", "7000:7000/udp"]', False),
        ("[{target: 6000, published: 6000, x-aws-protocol: tcp}]", False),
        ('["80:80"]', False),
        ("[{target: 8080, published: 8080, x-aws-protocol: http}]", False),
        ("[{target: 80, published: 80, x-aws-protocol: http}, 6000:6000]", True),
    ],
)
def test_one_of_an_unknown_type_is_what_the_ports_can_use(
    given: str, ports: str, *, created: bool
) -> None:
    text = f"x-aws-loadbalancer: {given}\nservices: {{web: {{image: acme/web, ports: {ports}}}}}\n"
    result = convert("compose.yaml", files=Memory({"compose.yaml": text}))
    resources = result.to_dict()["Resources"]
    assert isinstance(resources, dict)
    kinds = [each["Type"] for each in resources.values()]
    # One of each type is asked for where nothing is written.
    assert ("AWS::ElasticLoadBalancingV2::LoadBalancer" in kinds) is (created and given != "")
    assert "balancer-unused" not in {each.code for each in result.diagnostics}
