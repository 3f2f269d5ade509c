"""Recognise what must not be in a template, where everybody may read it."""

import re
from collections.abc import Iterable
from posixpath import join, normpath
from typing import NamedTuple

from compose2cfn.model.app import App
from compose2cfn.model.project import Secret

INSTEAD = "which never goes into a template; use secrets: instead"
"""The end of a sentence that says what was recognised."""

LIKE_CREDENTIAL = f"this looks like a credential, {INSTEAD}"

_OF_AWS = (
    "this looks like a credential, which never goes into a template; the role of the task takes "
    "its place: write what it may do as x-aws-policies or x-aws-role, and x-aws-bind_mounts: drop"
)
_PRIVATE_KEY = rb"-----BEGIN [A-Z ]*PRIVATE KEY|PuTTY-User-Key-File-"
# What people keep credentials in, at any depth of a path.
_KEPT_IN = (
    r"(?i)(^|/)((\.aws|\.ssh|\.kube|\.gnupg|\.netrc|\.npmrc|\.pgpass|\.pypirc|\.git-credentials|"
    r"\.env(\.[^/]*)?|"
    r"id_(rsa|dsa|ecdsa|ed25519)|[^/]*\.(key|p12|pfx|jks|keystore))(/|$)"
    # Many projects keep files for Docker in a folder of this name; this file is the client's.
    r"|\.docker(/config\.json)?$"
    # Build services leave the token there with which they fetched the project.
    r"|\.git/config$)"
)

# What keys are called in files that may as well hold certificates.
_KEY = (
    r"(?i)(^|/)ssl/private/|(^|[^a-z])(?<!pub[-_.])(?<!public[-_.])(priv(ate)?)?key(?![a-z])"
    r"[^/]*\.(pem|der)$"
)


class SecretSources(NamedTuple):
    """Where the secrets of a project are kept: none of it goes into a template by another key."""

    directory: str
    files: frozenset[str]
    """Their normal absolute paths."""
    variables: frozenset[str]

    @classmethod
    def of(cls, app: App) -> "SecretSources":
        """List the files and variables that secrets name."""
        secrets: Iterable[Secret] = app.project.secrets.values()
        return cls(
            app.directory,
            frozenset(normpath(join(app.directory, each.file)) for each in secrets if each.file),
            frozenset(each.environment for each in secrets if each.environment),
        )

    def has_file(self, path: str) -> bool:
        """Tell whether a path, absolute or from the project directory, is that of a secret."""
        return normpath(join(self.directory, path)) in self.files


def names_credential(path: str) -> bool:
    """Tell whether a path is one where credentials are kept."""
    return bool(re.search(_KEPT_IN, path))


def credential_refused(*paths: str) -> str:
    """Say why what is at one of the paths is not mounted; empty if none names a credential."""
    if any(re.search(r"(?i)(^|/)\.aws(/|$)", path) for path in paths):
        return _OF_AWS
    return LIKE_CREDENTIAL if any(map(names_credential, paths)) else ""


def suggests_key(path: str) -> bool:
    """Tell whether a file that nobody reads may hold a private key, by its path."""
    return names_credential(path) or bool(re.search(_KEY, path))


def holds_key(content: bytes) -> bool:
    """Tell whether a file holds a private key."""
    return bool(re.search(_PRIVATE_KEY, content))
