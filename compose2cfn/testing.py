"""Keep golden files of templates in your own repository.

A test that says what a Compose file becomes, and shows the difference when that changes::

    import compose2cfn
    from compose2cfn.testing import check_golden

    def test_template():
        result = compose2cfn.convert("compose.yaml", environment={"TAG": "1"})
        check_golden(result, "template.yaml")

Write the golden file the first time, and after a change that you want, with ``update=True``.
Nothing here needs a test framework: a difference is an `AssertionError`.
"""

from difflib import unified_diff
from os import PathLike, fspath
from pathlib import Path

import yaml

from compose2cfn.diagnostics import visible
from compose2cfn.output import store
from compose2cfn.stack.result import Result


def check_golden(result: Result, golden: str | PathLike[str], *, update: bool = False) -> None:
    """Compare a template with a golden file, or write that file with ``update``.

    A file whose name ends in ``.json`` holds JSON, any other YAML; one that is not there counts as
    empty. Raises `AssertionError` with a unified diff.
    """
    file = Path(golden)
    made = result.to_json() if file.suffix == ".json" else result.to_yaml()
    if update:
        store(made.encode(), file)
        return
    stored = file.read_text(encoding="utf-8") if file.exists() else ""
    if lines := difference(stored, made, fspath(golden)):
        raise AssertionError(lines)


def difference(stored: str, made: str, name: str) -> str:
    """Write the unified diff from a stored text to the current one; empty if they are equal."""
    lines = unified_diff(
        stored.splitlines(), made.splitlines(), f"{name} (stored)", f"{name} (now)", lineterm=""
    )
    text = "".join(f"{visible(line)}\n" for line in lines)  # anybody may have stored anything
    if not text and stored != made:
        return f"{name} has different line endings\n"
    return text


def read_template(text: str) -> object:
    """Read a template, YAML or JSON, as plain data: short intrinsics become long ones."""
    reader = _Reader(text)
    try:
        return reader.get_single_data()
    finally:
        reader.dispose()


class _Reader(yaml.CSafeLoader):
    """PyYAML's reader of YAML 1.1, which also knows CloudFormation's tags."""


def _intrinsic(reader: _Reader, name: str, node: yaml.Node) -> dict[str, object]:
    argument: object
    match node:
        case yaml.ScalarNode():
            text = reader.construct_scalar(node)
            argument = text.split(".", 1) if name == "GetAtt" else text
        case yaml.SequenceNode():
            argument = reader.construct_sequence(node, deep=True)
        case yaml.MappingNode():
            argument = reader.construct_mapping(node, deep=True)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": argument}


yaml.add_multi_constructor("!", _intrinsic, _Reader)
