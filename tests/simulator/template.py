"""Read templates as CloudFormation does: YAML with short tags, references, dependencies."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import yaml
from yaml.composer import Composer
from yaml.cyaml import CSafeLoader

from tests.simulator.refusals import Refusal

Properties = dict[str, Any]

MAX_BYTES = 1_000_000
SECTIONS = {
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
}
ATTRIBUTES = {
    "Condition",
    "CreationPolicy",
    "DeletionPolicy",
    "DependsOn",
    "Metadata",
    "Properties",
    "Type",
    "UpdatePolicy",
    "UpdateReplacePolicy",
}
DELETION_POLICIES = {"Delete", "Retain", "RetainExceptOnCreate", "Snapshot"}
REPLACE_POLICIES = {"Delete", "Retain", "Snapshot"}
LIMITS = {"Resources": 500, "Parameters": 200, "Outputs": 200, "Mappings": 200}
PLACEHOLDER = re.compile(r"\$\{([^!}][^}]*)\}")


class Reference(NamedTuple):
    """A mention of a resource or parameter; ``attribute`` is empty for a ``Ref``."""

    name: str
    attribute: str = ""


@dataclass(frozen=True)
class Declaration:
    """A resource as the template declares it."""

    id: str
    type: str
    properties: Properties
    depends_on: tuple[str, ...] = ()
    condition: str = ""
    on_delete: str = "Delete"
    on_replace: str = "Delete"


@dataclass(frozen=True)
class Template:
    """A template whose form is right."""

    text: str
    declarations: Mapping[str, Declaration] = field(default_factory=dict)
    parameters: Mapping[str, Properties] = field(default_factory=dict)
    conditions: Mapping[str, object] = field(default_factory=dict)
    mappings: Mapping[str, Mapping[str, Mapping[str, object]]] = field(default_factory=dict)
    outputs: Mapping[str, Properties] = field(default_factory=dict)
    rules: Mapping[str, Properties] = field(default_factory=dict)
    description: str = ""


class _Loader(Composer, CSafeLoader):
    """CloudFormation's YAML: no aliases, no duplicate keys, dates are text.

    (libyaml parses, as for PyYAML's CSafeLoader; but nodes are composed here.)
    """

    def __init__(self, text: str) -> None:
        CSafeLoader.__init__(self, text)
        Composer.__init__(self)

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise Refusal(
                "Template error: YAML aliases are not allowed in CloudFormation templates"
            )
        return super().compose_node(parent, index)

    def compose_mapping_node(self, anchor: dict[Any, yaml.Node]) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise Refusal(f"Template format error: duplicate key {key.value}")
            seen.add(key.value)
        return node


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _short_tag(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, object]:
    value: object
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_tag)


def read(text: str) -> Properties:
    """Parse YAML or JSON text into plain values, short tags written out."""
    try:
        content = _Loader(text).get_single_data()
    except yaml.YAMLError as error:
        raise Refusal(f"Template format error: YAML not well-formed. ({error})") from error
    if not isinstance(content, dict):
        raise Refusal("Template format error: unsupported structure.")
    return content


@lru_cache
def parse(text: str) -> Template:
    """Read a template and check what CloudFormation checks before it looks at resources."""
    content = read(text)
    if len(text.encode()) > MAX_BYTES:
        raise Refusal("Template may not exceed 1000000 bytes in size.")
    if unknown := content.keys() - SECTIONS:
        raise Refusal(f"Invalid template property or properties {sorted(unknown)}")
    if content.get("AWSTemplateFormatVersion", "2010-09-09") != "2010-09-09":
        raise Refusal("Template format error: unsupported value for AWSTemplateFormatVersion.")
    for section, limit in LIMITS.items():
        names = content.get(section) or {}
        if len(names) > limit:
            raise Refusal(f"Template format error: Number of {section} exceeds maximum {limit}")
        for name in names:
            if section != "Mappings" and not re.fullmatch(r"[A-Za-z0-9]{1,255}", name):
                raise Refusal(f"Template format error: {section} name {name} is non alphanumeric.")
    description = content.get("Description", "")
    if len(description.encode()) > 1024:
        raise Refusal("Template format error: 'Description' length is greater than 1024.")
    if not content.get("Resources"):
        raise Refusal("Template format error: At least one Resources member must be defined.")
    template = Template(
        text=text,
        declarations={name: _declare(name, body) for name, body in content["Resources"].items()},
        parameters=content.get("Parameters") or {},
        conditions=content.get("Conditions") or {},
        mappings=content.get("Mappings") or {},
        outputs=content.get("Outputs") or {},
        rules=content.get("Rules") or {},
        description=description,
    )
    _check_references(template)
    return template


def _declare(name: str, body: Properties) -> Declaration:
    if unknown := body.keys() - ATTRIBUTES:
        raise Refusal(f"Invalid template resource property {sorted(unknown)} of {name}")
    if "Type" not in body:
        raise Refusal(
            f"Template format error: [/Resources/{name}]"
            " Every Resources object must contain a Type member."
        )
    on_delete = body.get("DeletionPolicy", "Delete")
    on_replace = body.get("UpdateReplacePolicy", "Delete")
    if on_delete not in DELETION_POLICIES or on_replace not in REPLACE_POLICIES:
        raise Refusal(
            f"Template format error: unrecognized policy {on_delete}, {on_replace} of {name}"
        )
    after = body.get("DependsOn", [])
    return Declaration(
        id=name,
        type=body["Type"],
        properties=body.get("Properties") or {},
        depends_on=(after,) if isinstance(after, str) else tuple(after),
        condition=body.get("Condition", ""),
        on_delete=on_delete,
        on_replace=on_replace,
    )


def _check_references(template: Template) -> None:
    """Refuse a reference to what does not exist, in resources, outputs and conditions."""
    resources, parameters = template.declarations.keys(), template.parameters.keys()
    for declaration in template.declarations.values():
        missing = {
            ref.name
            for ref in references(declaration.properties)
            if ref.name not in resources | parameters and not ref.name.startswith("AWS::")
        }
        missing |= set(declaration.depends_on) - resources
        if missing:
            raise Refusal(
                f"Template format error: Unresolved resource dependencies {sorted(missing)}"
                " in the Resources block of the template"
            )
        _check_condition(template, declaration.condition)
    for name, output in template.outputs.items():
        missing = {
            ref.name
            for ref in references(output)
            if ref.name not in resources | parameters and not ref.name.startswith("AWS::")
        }
        if missing:
            raise Refusal(
                f"Template format error: Unresolved resource dependencies {sorted(missing)}"
                f" in the Outputs block of the template ({name})"
            )
        _check_condition(template, output.get("Condition", ""))


def _check_condition(template: Template, condition: str) -> None:
    if condition and condition not in template.conditions:
        raise Refusal(f"Template format error: Unresolved condition dependency {condition}")


def references(value: object) -> Iterator[Reference]:
    """Find what a template fragment refers to, in any spelling."""
    match value:
        case {"Ref": str(name), **rest} if not rest:
            yield Reference(name)
        case {"Fn::GetAtt": target, **rest} if not rest:
            yield Reference(*attribute(target))
        case {"Fn::Sub": str(text), **rest} if not rest:
            yield from _placeholders(text, ())
        case {"Fn::Sub": [str(text), dict(names)], **rest} if not rest:
            yield from _placeholders(text, names)
            yield from references(names)
        case dict():
            for item in value.values():
                yield from references(item)
        case list():
            for item in value:
                yield from references(item)


def attribute(target: object) -> tuple[str, str]:
    """Split the argument of ``Fn::GetAtt`` into resource and attribute."""
    match target:
        case str():
            name, _, rest = target.partition(".")
            return name, rest
        case [str(name), *rest] if rest and all(isinstance(part, str) for part in rest):
            return name, ".".join(map(str, rest))
    raise Refusal("Template error: every Fn::GetAtt object requires two non-empty parameters")


def _placeholders(text: str, own: Collection[str]) -> Iterator[Reference]:
    for match in PLACEHOLDER.finditer(text):
        name = match[1].strip()
        if name not in own:
            yield Reference(*name.split(".", 1))


def in_order(
    declarations: Mapping[str, Declaration], eager: Sequence[Collection[str]]
) -> Iterator[Declaration]:
    """Yield each resource after those it depends on.

    Resources of an eager type come as soon as they can, those of the first group before others, and
    of each those first that need the least: of the orders that CloudFormation may take, this is the
    one in which a missing ``DependsOn`` of theirs shows.
    """
    done: set[str] = set()
    needs = {
        name: sorted(
            ({ref.name for ref in references(one.properties)} | {*one.depends_on})
            & declarations.keys()
        )
        for name, one in declarations.items()
    }

    def visit(name: str, way: tuple[str, ...]) -> Iterator[Declaration]:
        if name in way:
            raise Refusal(f"Circular dependency between resources: {sorted(way)}")
        if name not in done:
            for need in needs[name]:
                yield from visit(need, (*way, name))
            done.add(name)
            yield declarations[name]

    first: list[str] = []
    for types in eager:
        hurried = [name for name, one in declarations.items() if one.type in types]
        first += sorted(hurried, key=lambda name: (len(_reached(name, needs)), name))
    for name in (*first, *sorted(declarations)):
        yield from visit(name, ())


def _reached(name: str, needs: Mapping[str, Collection[str]]) -> set[str]:
    """Find what a resource needs, and what that needs, and so on."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = {*needs[waiting.pop()]} - found
        found |= new
        waiting += new
    return found
