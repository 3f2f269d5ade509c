"""The public names: a change here changes the promise (docs/architecture.md, CHANGELOG.md)."""

import subprocess
import sys

import compose2cfn

NAMES = {
    "App",
    "ComposeError",
    "DEFAULT_EMITTERS",
    "Diagnostic",
    "Disk",
    "Emitter",
    "Location",
    "Memory",
    "Result",
    "Severity",
    "convert",
    "emit",
    "emitter",
    "installed_emitters",
    "load",
}


def test_these_are_the_public_names() -> None:
    listed: list[str] = vars(compose2cfn)["__all__"]
    assert set(listed) == NAMES
    assert len(listed) == len(NAMES)


def test_the_package_is_imported_without_its_dependencies() -> None:
    script = "import compose2cfn, sys; print({'pydantic', 'yaml', 'troposphere'} & {*sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_no_conversion_imports_the_explanations_of_codes() -> None:
    script = """
import sys
from compose2cfn import Memory, convert
convert(files=Memory({"compose.yaml": "services: {web: {image: nginx, dns: 10.0.0.2}}"})).to_yaml()
print("compose2cfn.codes" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
