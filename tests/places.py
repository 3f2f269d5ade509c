"""Where the project has what tests read."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "compose2cfn"
DEMO = ROOT / "fixtures" / "demo-app" / "compose.yaml"
DOCUMENTS = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))
