"""Turn Docker Compose files into AWS CloudFormation templates for Amazon ECS.

The whole conversion is one pure function: no AWS call, no network, no clock, and no variable but
those that are passed in::

    import compose2cfn

    result = compose2cfn.convert("compose.yaml", "compose.prod.yaml", environment={"TAG": "1.4"})
    result.to_yaml()      # the template, ready for CloudFormation; to_json(), to_dict()
    result.diagnostics    # what was found on the way, each with file, line and column
    result.sources        # logical id -> (Compose path, place): where each resource came from
    result.template       # the troposphere.Template, yours to extend

What cannot be converted raises `ComposeError`, whose ``diagnostics`` are all findings of the run,
not only the first. In between is the application, typed and located::

    app = compose2cfn.load("compose.yaml")
    app.to_compose()      # what ``docker compose config --format json`` prints, as a mapping
    app.project.services["web"].ports
    compose2cfn.emit(app, emitters=(*compose2cfn.DEFAULT_EMITTERS, mine))

An `Emitter` is a function from the plan to items, made by the decorator `emitter`;
`compose2cfn.stack.items` has the kinds of items. `installed_emitters()` returns the emitters of
other distributions. Input comes from `Disk`, or from `Memory`, which needs no disk at all. Convert
files of authors whom you do not trust with a root, and without keys that give them your rights::

    compose2cfn.convert(files=compose2cfn.Disk(root="checkout"), refuse=["rights"])
"""

from importlib import import_module

__version__ = "0.1.0"

# The module of each public name: importing the package alone costs next to nothing, and the
# command line can answer --help before pydantic, PyYAML and troposphere are loaded.
_HOMES = {
    "App": "model.app",
    "ComposeError": "diagnostics",
    "DEFAULT_EMITTERS": "emitters",
    "Diagnostic": "diagnostics",
    "Disk": "files",
    "Emitter": "stack.items",
    "Location": "diagnostics",
    "Memory": "files",
    "Result": "stack.result",
    "Severity": "diagnostics",
    "convert": "pipeline",
    "emit": "pipeline",
    "emitter": "stack.items",
    "installed_emitters": "pipeline",
    "load": "pipeline",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = vars(import_module(f"{__name__}.{_HOMES[name]}"))[name]
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
