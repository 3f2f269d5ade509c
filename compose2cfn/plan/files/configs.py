"""Read the configs of services: files that a Compose file holds or names."""

import re
from collections.abc import Iterator
from posixpath import relpath

from compose2cfn.diagnostics import Steps
from compose2cfn.model.app import App
from compose2cfn.model.project import Config
from compose2cfn.plan.files.credentials import INSTEAD, holds_key, names_credential
from compose2cfn.plan.files.delivered import MOST_BYTES, Brought
from compose2cfn.plan.storage.mounts import HELPER
from compose2cfn.plan.terms.findings import Notes

DEFAULT_MODE = 0o444

_NUMBER = re.compile("[0-9]{1,10}")


def configs(app: App, service: str, notes: Notes) -> Iterator[Brought]:
    """List the files that the configs of a service bring."""
    for index, reference in enumerate(app.project.services[service].configs):
        path: Steps = ("services", service, "configs", index)
        for key, said in (("uid", reference.uid), ("gid", reference.gid)):
            if said and not _NUMBER.fullmatch(said):
                notes.error("file-owner", "write a number", (*path, key))
        mode = DEFAULT_MODE if reference.mode is None else reference.mode
        if not 0 <= mode <= 0o7777:
            notes.error("file-mode", "write an octal mode such as 0444", (*path, "mode"))
        where: Steps = ("configs", reference.source)
        config = app.project.configs[reference.source]
        target = reference.target or reference.source
        content = _content(app, config, where, notes)
        if content is not None:
            yield Brought(
                service=service,
                target=target if target.startswith("/") else f"/{target}",
                content=content,
                origin=path,
                mode=mode,
                uid=reference.uid,
                gid=reference.gid,
                helped=helped(config.x_aws_delivery, (*where, "x-aws-delivery"), notes),
            )


def helped(said: object, path: Steps, notes: Notes) -> bool:
    """Tell whether the init image shall deliver, and not the service's own."""
    if said and said != HELPER:
        notes.error("delivery-unknown", f"write {HELPER}, or take the key out", path)
    return said == HELPER


def _content(app: App, config: Config, path: Steps, notes: Notes) -> bytes | None:
    """Read a config; what must not or cannot be delivered is a fault."""
    if config.external:
        about = "a config outside the file cannot be read; write content:, file: or environment:"
        notes.error("config-external", about, path)
        return None
    content: bytes | None = config.content.encode("utf-8", "surrogatepass")
    if config.environment:
        content = _variable(app, config.environment, (*path, "environment"), notes)
    elif config.file and names_credential(relpath(config.file, app.directory)):
        notes.error("config-secret", f"this looks like a credential, {INSTEAD}", (*path, "file"))
        return None
    elif config.file:
        content = _file(app, config.file, (*path, "file"), notes)
    if content is None:
        return None
    if holds_key(content):
        notes.error("config-secret", f"this holds a private key, {INSTEAD}", path)
        return None
    if len(content) > MOST_BYTES:
        notes.error("config-size", _TOO_LARGE, path)
        return None
    return content


_TOO_LARGE = (
    f"a config has at most {MOST_BYTES} bytes, for it travels in the task definition; put it into "
    "the image"
)


def _variable(app: App, name: str, path: Steps, notes: Notes) -> bytes | None:
    value = app.environment.get(name)
    if value is None:
        about = f"the variable {name!r} is not set; set it in the environment or in .env"
        notes.error("required-variable", about, path)
        return None
    about = (
        f"what the variable {name!r} holds stands in the template, where everybody may read it; "
        "what is secret belongs under secrets:"
    )
    notes.info("config-shown", about, path)
    return value.encode("utf-8", "surrogatepass")


def _file(app: App, name: str, path: Steps, notes: Notes) -> bytes | None:
    if app.files.kind(name).size > MOST_BYTES:
        notes.error("config-size", _TOO_LARGE, path)
        return None
    try:
        return app.files.read(name, MOST_BYTES)
    except OSError:
        notes.error("missing-file", "the file cannot be read; write the path of one", path)
        return None
