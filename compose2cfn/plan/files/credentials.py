"""Recognise what must not be in a template, where everybody may read it."""

import re
from posixpath import join

from compose2cfn.model.app import App

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


def is_secret_file(app: App, path: str) -> bool:
    """Tell whether a path leads to a file with a secret; it may start in the project directory."""
    secrets = app.secret_sources
    known = secrets.files or secrets.givers
    return bool(known and secrets.within(app.files.real(join(app.directory, path))))


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
