"""What files hold is read once, and put to use with the variables of each place that names them."""

from compose2cfn.files import Memory
from compose2cfn.source.load import load_app

INCLUDES = 11
ROUNDS = 60
"""So often that memory which one include frees serves another: within five, most of the time."""


def included(names: list[str]) -> Memory:
    """Include files with variables of their own, each of which extends one service."""
    entries = [f"  - {{path: {name}.yaml, env_file: {name}.env}}\n" for name in names]
    content = {
        "compose.yaml": "include:\n" + "".join(entries),
        "base.yaml": "services: {base: {image: 'img:${TAG}'}}",
    }
    for name in names:
        extends = f"{{extends: {{file: base.yaml, service: base}}, command: ['{name}']}}"
        content[f"{name}.yaml"] = f"services: {{{name}: {extends}}}"
        content[f"{name}.env"] = f"TAG={name}\n"
    return Memory(content)


def test_includes_do_not_share_their_variables() -> None:
    names = [f"s{number}" for number in range(INCLUDES)]
    files = included(names)
    for _ in range(ROUNDS):
        services = load_app(("compose.yaml",), project_name="p", files=files).project.services
        assert {name: service.image for name, service in services.items()} == {
            name: f"img:{name}" for name in names
        }
