"""The templates that are written by hand: fixtures/delivery/*.yaml.

Each is held to what holds for the templates that are converted (test_written.py). A check of
checkov that a resource deliberately fails stands in the resource's metadata, with the reason.
"""

from pathlib import Path

import yaml

from tests.places import ROOT
from tests.simulator.template import Properties, read

FOLDER = ROOT / "fixtures" / "delivery"
TEMPLATES = tuple(
    file
    for file in sorted(FOLDER.glob("*.yaml"))
    if "AWSTemplateFormatVersion" in file.read_text(encoding="utf-8")
)


def skips(template: Path) -> dict[str, dict[str, str]]:
    """Return which checks each resource of a template skips, and why."""
    resources = read(template.read_text(encoding="utf-8"))["Resources"]
    return {
        name: {skip["id"]: skip["comment"] for skip in of_checkov(body).get("skip", [])}
        for name, body in resources.items()
    }


def of_checkov(resource: Properties) -> Properties:
    """Return what the metadata of a resource says to checkov."""
    found: Properties = resource.get("Metadata", {}).get("checkov", {})
    return found


def without_skips(template: Path) -> str:
    """Return a template in which nothing is skipped."""
    content = read(template.read_text(encoding="utf-8"))
    for resource in content["Resources"].values():
        resource.get("Metadata", {}).pop("checkov", None)
    return yaml.safe_dump(content, sort_keys=False)
