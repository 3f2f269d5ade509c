"""Read the files that services take variables and labels from."""

from collections.abc import Mapping

from compose2cfn.diagnostics import KeyPath
from compose2cfn.model.service import Service
from compose2cfn.source import dotenv
from compose2cfn.source.reader import Reader


def resolve(name: str, service: Service, environment: Mapping[str, str], reader: Reader) -> Service:
    """Put the variables and labels of files into a service, and those that are passed through."""
    update: dict[str, object] = {}
    variables = _variables(name, service, environment, reader)
    if variables != service.environment or service.env_file:
        update |= {"environment": variables, "env_file": ()}
    if service.label_file:
        labels = _labels(name, service, reader)
        update["labels"] = labels | dict(service.labels)
    return service.model_copy(update=update) if update else service


def _variables(
    name: str, service: Service, environment: Mapping[str, str], reader: Reader
) -> dict[str, str | None]:
    found: dict[str, str] = {}
    for number, file in enumerate(service.env_file):
        path: KeyPath = ("services", name, "env_file", number)
        if file.format not in {"", "raw"}:
            message = f"there is no format {file.format}; write raw, or leave it out"
            reader.fault("unknown-value", message, None, path)
            continue
        text = reader.text(file.path, None, path, wanted=file.required)
        if text is not None:
            if file.format:
                values, faults = dotenv.parse_raw(text, {**found, **environment}, file.path)
                found |= values
            else:
                found, faults = dotenv.parse(text, environment, file.path, found)
            reader.found.extend(faults)
    own = {
        key: environment.get(key) if value is None else value
        for key, value in service.environment.items()
    }
    return {**found, **own}


def _labels(name: str, service: Service, reader: Reader) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, file in enumerate(service.label_file):
        text = reader.text(file, None, ("services", name, "label_file", number))
        if text is not None:
            values, faults = dotenv.parse(text, {}, file)
            reader.found.extend(faults)
            found |= values
    return found
