"""Read the files that services take variables and labels from."""

from collections.abc import Mapping
from typing import TypeVar

from compose2cfn.diagnostics import Steps
from compose2cfn.model.container import Container
from compose2cfn.model.service import Service
from compose2cfn.source import dotenv
from compose2cfn.source.reader import Reader

_C = TypeVar("_C", bound=Container)


def resolve(name: str, service: Service, environment: Mapping[str, str], reader: Reader) -> Service:
    """Put the variables and labels of files into a service, and those that are passed through."""
    update: dict[str, object] = {}
    if service.pre_start:
        update["pre_start"] = tuple(passed(hook, environment) for hook in service.pre_start)
    variables = _variables(name, service, environment, reader)
    if variables != service.environment or service.env_file:
        update |= {"environment": variables, "env_file": ()}
    if service.label_file:
        labels = _labels(name, service, reader)
        update["labels"] = labels | dict(service.labels)
    return service.model_copy(update=update) if update else service


def passed(container: _C, environment: Mapping[str, str]) -> _C:
    """Fill in variables that a container only names, with the values around it."""
    variables = _passed(container, environment)
    if variables == container.environment:
        return container
    return container.model_copy(update={"environment": variables})


def _passed(container: Container, environment: Mapping[str, str]) -> dict[str, str | None]:
    return {
        key: environment.get(key) if value is None else value
        for key, value in container.environment.items()
    }


def _variables(
    name: str, service: Service, environment: Mapping[str, str], reader: Reader
) -> dict[str, str | None]:
    """Read the files of variables: they see what is set around the service, and then in it."""
    own = _passed(service, environment)
    if not service.env_file:
        return own
    seen = {key: value for key, value in own.items() if value is not None} | dict(environment)
    found: dict[str, str] = {}
    for number, file in enumerate(service.env_file):
        path: Steps = ("services", name, "env_file", number)
        if file.format not in {"", "raw"}:
            said = reader.masks.written((*path, "format")) or file.format
            message = f"{said!r} is not a valid format; write raw, or leave it out"
            reader.fault("unknown-value", message, None, path)
            continue
        shown = reader.masks.written((*path, "path"))
        text = reader.text(file.path, None, path, shown=shown, wanted=file.required)
        if text is not None:
            if file.format:
                values, faults = dotenv.parse_raw(
                    text, {**found, **seen}, file.path, provenance=reader.provenance
                )
                found |= values
            else:
                found, faults = dotenv.parse_dotenv(
                    text, seen, file.path, found, budget=reader.budget, provenance=reader.provenance
                )
            reader.found.extend(faults)
    return {**found, **own}


def _labels(name: str, service: Service, reader: Reader) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, file in enumerate(service.label_file):
        path = ("services", name, "label_file", number)
        text = reader.text(file, None, path, shown=reader.masks.written(path))
        if text is not None:
            values, faults = dotenv.parse_dotenv(
                text, found, file, budget=reader.budget, provenance=reader.provenance
            )
            reader.found.extend(faults)
            found |= values
    return found
