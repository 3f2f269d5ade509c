"""Where secrets are kept, and how they reach containers: no byte of one is ever read."""

from collections.abc import Mapping

from compose2cfn.findings import Findings
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.plan.secrets.mounted import SECRETS_DIRECTORY, SecretFile, secret_files
from compose2cfn.plan.secrets.references import SecretReference
from compose2cfn.plan.secrets.stored import StoredSecret, kept_at, stored
from compose2cfn.plan.secrets.variables import (
    SecretVariable,
    report_literals,
    secret_variables,
)
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.paths import TakenPaths

__all__ = [
    "SECRETS_DIRECTORY",
    "SecretFile",
    "SecretReference",
    "SecretVariable",
    "Secrets",
    "StoredSecret",
    "decide_secrets",
    "kept_at",
]


class Secrets(Record):
    """All secrets that services of a project use."""

    stored: Mapping[str, StoredSecret]
    files: tuple[SecretFile, ...]
    variables: tuple[SecretVariable, ...]


def decide_secrets(app: App, names: Names, findings: Findings) -> Secrets:
    """Decide on every secret that a service uses."""
    project = app.project
    used = sorted({said.source for s in project.services.values() for said in s.secrets})
    kept = {
        name: stored(name, project.secrets[name], names, findings.at("secrets", name))
        for name in used
    }
    variables: list[SecretVariable] = []
    for name, service in project.services.items():
        spot = findings.at("services", name)
        variables += secret_variables(name, service, names, spot)
        report_literals(service.environment, app.places, spot)
    files = (file for name in project.services for file in _files_of(app, name, kept, findings))
    return Secrets(stored=Frozen(kept), files=tuple(files), variables=tuple(variables))


def _files_of(
    app: App, service: str, kept: Mapping[str, StoredSecret], findings: Findings
) -> list[SecretFile]:
    """List the files of a service; one that is in the way of another is a finding."""
    taken = TakenPaths()
    files = []
    for index, said in enumerate(app.project.services[service].secrets):
        spot = findings.at("services", service, "secrets", index)
        secret = app.project.secrets[said.source]
        for file in secret_files(service, said, secret, kept[said.source], spot=spot):
            if other := taken.take(file.target):
                shown = findings.shown(other, spot.path[:-1])
                spot.error(
                    "secret-target",
                    f"another secret is at {SECRETS_DIRECTORY}/{shown}; write another target",
                )
            else:
                files.append(file)
    return files
