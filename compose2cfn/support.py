"""What becomes of each Compose key: mapped, ignored with a reason, or refused with a way out.

A key is *mapped* where an active emitter or a stage of `source` reads it. The tables here hold the
others, so that nothing is dropped without a word: a pattern stands for a key and all below it, and
the longest pattern that covers a key decides.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from compose2cfn.diagnostics import Diagnostic, Location, Severity, Steps, listed, most_alike
from compose2cfn.limits import MOST_HINTS
from compose2cfn.model.app import App
from compose2cfn.model.keys import keys, matches, steps
from compose2cfn.model.wanted import wanted


class KeyReader(Protocol):
    """What reads keys: an emitter."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The patterns of the keys that it reads."""


class Fate(NamedTuple):
    """What becomes of a key that nothing reads."""

    severity: Severity
    message: str

    @property
    def code(self) -> str:
        """The code of the finding that says so."""
        return "key-refused" if self.severity is Severity.ERROR else "key-ignored"


def report(
    app: App, readers: Collection[KeyReader], usual: Iterable[KeyReader] = ()
) -> Iterator[Diagnostic]:
    """Say what becomes of each key in the file that nothing reads.

    ``usual`` are those that read keys where nothing else is asked for.
    """
    read = _read(tuple(pattern for reader in readers for pattern in reader.reads))
    yield from _unknown(app, read)
    yield from _unread(app, readers, usual)
    fated = {
        path: fate for path in app.places if (fate := _FATES.find(path)) and not read.knows(path)
    }
    above = {path[:-1] for path in fated}
    written = Counter((path[:-1], app.places[path]) for path in app.places if path[:-1] in above)
    for path, fate in fated.items():
        place = app.places[path]
        if written[path[:-1], place] > 1 or (
            isinstance(path[-2:][0], str) and app.places.get(path[:-1]) == place
        ):
            # Keys that share a place are not in the file: they spell out a short form.
            continue
        if not _counts(app, path) or _says_nothing_more(app, path):
            continue
        yield Diagnostic(code=fate.code, message=fate.message, severity=fate.severity, path=path)


@lru_cache(maxsize=8)
def _read(patterns: tuple[str, ...]) -> "_Trie":
    """Arrange the patterns that emitters read: most often those of the same emitters."""
    read = _Trie()
    for pattern in patterns:
        read.put(pattern, None)
    return read


def _counts(app: App, path: Steps) -> bool:
    """Tell whether a key belongs to a part of the project that is not left out."""
    sections: Mapping[str, Collection[str]] = {
        "services": app.project.services,
        "networks": app.project.networks,
        "volumes": app.project.volumes,
        "secrets": app.project.secrets,
        "configs": app.project.configs,
        "jobs": app.project.jobs,
    }
    section = sections.get(str(path[0])) if len(path) > 1 else None
    return section is None or str(path[1]) in section


def _says_nothing_more(app: App, path: Steps) -> bool:
    """Tell whether a key has a value with which nothing is left out."""
    match path:
        case ("networks", str() as name, "driver"):
            return app.project.networks[name].driver in _USUAL_DRIVERS
    return False


_USUAL_DRIVERS = frozenset({"bridge", "overlay"})
"""The drivers that Docker and Docker Swarm themselves choose: nothing is lost without them."""


def _unknown(app: App, read: "_Trie") -> Iterator[Diagnostic]:
    """Report the x-aws keys that neither the model nor an active emitter knows."""
    unknown = (path for path in app.extensions if not read.knows(path))
    for number, path in enumerate(unknown):
        hint = _hint(path) if number < MOST_HINTS else _NO_HINT
        yield Diagnostic(code="unknown-key", message=f"no emitter reads this key{hint}", path=path)


def _unread(
    app: App, readers: Collection[KeyReader], usual: Iterable[KeyReader]
) -> Iterator[Diagnostic]:
    """Report keys that are usually read but not by these readers, each pattern at its first place.

    What a short form spells out is one key: it is in one place.
    """
    absent = [reader for reader in usual if reader not in readers]
    if not absent:
        return
    active = {pattern for reader in readers for pattern in reader.reads}
    names: dict[str, list[str]] = {}
    for reader in absent:
        for pattern in {*reader.reads} - active:
            names.setdefault(pattern, []).append(reader.name)
    if not names:
        return
    above = {steps(pattern) for pattern in active}
    missing = _Trie()
    for pattern, found in names.items():
        parts = steps(pattern)
        if any(parts[:number] in above for number in range(len(parts))):
            continue  # who reads a key has a word for all below it
        by = listed(map(repr, sorted(found)))
        about = f"no emitter that takes part reads this key, so it is left out; pass {by}, or "
        missing.put(pattern, Fate(Severity.WARNING, f"{about}another emitter that reads it"))
    told: set[Fate | Location] = set()
    for path, place in app.places.items():
        fate = missing.find(path)
        if fate is None or not _counts(app, path):
            continue
        if told.isdisjoint({fate, place}):
            yield _of_short_form(app, path, fate)
        told |= {fate, place}


def _of_short_form(app: App, path: Steps, fate: Fate) -> Diagnostic:
    """Report a key at what is written in the file, which may be a short form of it."""
    written = path
    while app.places.get(written[:-1]) == app.places[path]:
        written = written[:-1]
    return Diagnostic(code="key-unread", message=fate.message, severity=fate.severity, path=written)


_NO_HINT = "; leave it out, or pass the emitter that reads it"


def _hint(path: Steps) -> str:
    """Suggest what a key that nothing reads may have been meant to be."""
    if hint := wanted(path):
        return f"; {hint}"
    homes = _homes()
    name = most_alike(str(path[-1]), homes, cutoff=0.75)
    if name is None:
        return _NO_HINT
    here = any(matches(home, path[:-1]) for home in homes[name])
    if here:
        return f"; did you mean {name!r}?"
    places = " or ".join(map(_place, homes[name]))
    move = listed(_other_place(home, path) for home in homes[name])
    return f"; did you mean {name!r} of {places}? Write it in {move}"


def _other_place(home: tuple[str, ...], path: Steps) -> str:
    """Name a place where a key can be, as seen from where it is."""
    if home[:2] == ("services", "*") and path[0] == "services" and len(path) > 2:
        return _place(("services", str(path[1]), *home[2:]))
    return "each service that it is about" if home == ("services", "*") else _place(home)


@cache
def _homes() -> Mapping[str, list[tuple[str, ...]]]:
    """List, for each x-aws key of the model, what it can be a key of."""
    homes: dict[str, set[tuple[str, ...]]] = {}
    for key in keys():
        path = steps(key)
        for number, step in enumerate(path):
            if step.startswith("x-aws-") and path[0] != "jobs":  # nothing runs jobs
                homes.setdefault(step, set()).add(path[:number])
    return {name: sorted(homes[name]) for name in sorted(homes)}


def _place(home: tuple[str, ...]) -> str:
    return ".".join(home).replace(".[]", "[]") or "the top level"


class _Trie:
    """Patterns by their steps; ``*`` stands for any key, ``[]`` for any entry of a list."""

    def __init__(self) -> None:
        self.below: dict[str, _Trie] = {}
        self.fate: Fate | None = None
        self.ends = False

    def put(self, pattern: str, fate: Fate | None) -> None:
        node = self
        for step in steps(pattern):
            node = node.below.setdefault(step, _Trie())
        node.fate, node.ends = fate, True

    def _end(self, path: Steps) -> "_Trie | None":
        node: _Trie | None = self
        for step in path:
            if node is None:
                return None
            node = node.below.get("[]" if isinstance(step, int) else step) or node.below.get("*")
        return node

    def find(self, path: Steps) -> Fate | None:
        """Return the fate of exactly this path."""
        node = self._end(path)
        return node.fate if node else None

    def knows(self, path: Steps) -> bool:
        """Tell whether a pattern ends exactly here."""
        node = self._end(path)
        return node is not None and node.ends


SPENT = (
    # Keys that have done their work before anything is emitted: loading, grouping services into
    # tasks, naming and the overlay act on them.
    "include",
    "jobs.*.profiles",
    "services.*.depends_on.*.required",
    "services.*.env_file",
    "services.*.extends",
    "services.*.label_file",
    "services.*.profiles",
    "services.*.x-aws-carrier",
    "services.*.x-aws-name",
    "version",
    "x-aws-cloudformation",
)

_NO_COUNTERPART = "Amazon ECS has no equivalent of this key; it is left out"
_SWARM = "only Docker Swarm uses this key; it is left out"
_BLOCKS = "ECS does not limit block devices; this is left out"
_ADDRESS = "AWS assigns the addresses of tasks, so this is left out; use the service's name"
_TASK_DNS = "ECS sets up name resolution in a task itself; this is left out"
_RETRIES = "ECS itself decides when and how often to retry; this is left out"
_HOOK = "ECS does not run commands around a container; put them into the image's entrypoint"

IGNORED: Mapping[str, str] = {
    "configs.*.labels": _NO_COUNTERPART,
    "configs.*.template_driver": _SWARM,
    "jobs.*": "a job runs only when something starts it, and nothing does, so it is left out; "
    "run its image as an ECS task",
    "models.*.context_size": "whatever runs the model decides this; it is left out",
    "models.*.name": "this is for workstations, so it is left out",
    "models.*.runtime_flags": "whatever runs the model decides this; it is left out",
    "networks.*.attachable": _SWARM,
    "networks.*.driver": "a network becomes a security group, with any driver; bridge and overlay "
    "are what it would be without this key",
    "networks.*.driver_opts": "a network becomes a security group, which has no options",
    "networks.*.enable_ipv4": "the subnets decide which addresses tasks have; this is left out",
    "networks.*.enable_ipv6": "the subnets decide which addresses tasks have; this is left out",
    "networks.*.ipam": "the subnets decide which addresses tasks have; this is left out",
    "networks.*.labels": _NO_COUNTERPART,
    "secrets.*.driver": _SWARM,
    "secrets.*.driver_opts": _SWARM,
    "secrets.*.labels": _NO_COUNTERPART,
    "secrets.*.template_driver": _SWARM,
    "services.*.annotations": "ECS has no annotations, so they are left out; labels "
    "become Docker labels",
    "services.*.blkio_config": _BLOCKS,
    "services.*.cgroup": _NO_COUNTERPART,
    "services.*.cgroup_parent": _NO_COUNTERPART,
    "services.*.cpu_count": "this is only for Windows and is left out; write cpus",
    "services.*.cpu_percent": "this is only for Windows and is left out; write cpus",
    "services.*.cpu_rt_period": _NO_COUNTERPART,
    "services.*.cpu_rt_runtime": _NO_COUNTERPART,
    "services.*.cpuset": _NO_COUNTERPART,
    "services.*.depends_on.*.restart": "ECS does not restart a service when another one is "
    "updated; this is left out",
    "services.*.deploy.endpoint_mode": _SWARM,
    "services.*.deploy.placement.max_replicas_per_node": _SWARM,
    "services.*.deploy.placement.preferences": _SWARM,
    "services.*.deploy.resources.limits.pids": _NO_COUNTERPART,
    "services.*.deploy.restart_policy.delay": _RETRIES,
    "services.*.deploy.restart_policy.max_attempts": _RETRIES,
    "services.*.deploy.rollback_config": "ECS rolls back the way it deploys; this is left out",
    "services.*.deploy.update_config.delay": "ECS starts the next tasks as soon as the last ones "
    "are healthy; this is left out",
    "services.*.deploy.update_config.max_failure_ratio": "the deployment circuit breaker decides "
    "by a count; this is left out",
    "services.*.deploy.update_config.monitor": "health checks decide when a task is up; this is "
    "left out",
    "services.*.device_cgroup_rules": _NO_COUNTERPART,
    "services.*.dns": _TASK_DNS,
    "services.*.dns_opt": _TASK_DNS,
    "services.*.dns_search": _TASK_DNS,
    "services.*.domainname": _TASK_DNS,
    "services.*.external_links": "containers outside the file are not reachable by name; this "
    "is left out",
    "services.*.extra_hosts": "ECS refuses entries for /etc/hosts in this network mode, so they "
    "are left out; use names that DNS resolves",
    "services.*.group_add": _NO_COUNTERPART,
    "services.*.healthcheck.start_interval": "ECS has one interval for a container's whole "
    "life; this is left out",
    "services.*.isolation": _NO_COUNTERPART,
    "services.*.mac_address": _ADDRESS,
    "services.*.mem_swappiness": "tasks have no swap; this is left out",
    "services.*.memswap_limit": "tasks have no swap; this is left out",
    "services.*.networks.*.driver_opts": "a network becomes a security group, which has no options",
    "services.*.networks.*.gw_priority": _ADDRESS,
    "services.*.networks.*.interface_name": _ADDRESS,
    "services.*.networks.*.ipv4_address": _ADDRESS,
    "services.*.networks.*.ipv6_address": _ADDRESS,
    "services.*.networks.*.link_local_ips": _ADDRESS,
    "services.*.networks.*.mac_address": _ADDRESS,
    "services.*.networks.*.priority": _ADDRESS,
    "services.*.oom_kill_disable": _NO_COUNTERPART,
    "services.*.oom_score_adj": _NO_COUNTERPART,
    "services.*.pids_limit": _NO_COUNTERPART,
    "services.*.pull_refresh_after": "ECS pulls the image for every task; this is left out",
    "services.*.stop_signal": "ECS sends the signal in the image (STOPSIGNAL); this is left out",
    "services.*.deploy.resources.reservations.devices[].options": _NO_COUNTERPART,
    "services.*.gpus[].options": _NO_COUNTERPART,
    "services.*.storage_opt": "this is left out; set the size of a task's disk with "
    "x-aws-ephemeral_storage",
    "services.*.userns_mode": _NO_COUNTERPART,
    "services.*.uts": _NO_COUNTERPART,
    "services.*.volumes[].bind.propagation": _NO_COUNTERPART,
    "services.*.volumes[].bind.recursive": _NO_COUNTERPART,
    "services.*.volumes[].bind.selinux": _NO_COUNTERPART,
    "services.*.volumes[].volume.labels": _NO_COUNTERPART,
    "volumes.*.labels": _NO_COUNTERPART,
}
"""Keys that are left out with a warning, and why."""

MENTIONED: Mapping[str, str] = {
    "configs.*.name": "a config becomes files in tasks, which do not have this name",
    "configs.*.x-aws-name": "a config becomes files in tasks, which have no ids",
    "name": "the stack takes the place of the project and has its own name",
    "services.*.attach": "this is for the terminal that runs docker compose",
    "services.*.develop": "this is for work on a workstation",
    "services.*.ports[].name": "a load balancer does not name its ports",
    "services.*.pull_policy": "ECS pulls the image for every task",
    "services.*.volumes[].bind.create_host_path": "there is no host to create a folder on",
    "services.*.volumes[].consistency": "this is for workstations",
}
"""Keys that have no meaning on AWS, where nothing is lost; they are an info, not a warning."""

REFUSED: Mapping[str, str] = {
    "services.*.credential_spec": "credential specifications are not supported; join the domain "
    "in the image, or write CredentialSpecs in x-aws-cloudformation",
    "services.*.post_start": _HOOK,
    "services.*.pre_start": "ECS has no pre_start; write the container as a service, and wait for "
    "it with depends_on: {NAME: {condition: service_completed_successfully}}",
    "services.*.pre_stop": _HOOK,
    "services.*.provider": "a program on the workstation runs this service; write what "
    "replaces it on AWS as a service, or leave it out with profiles",
    "services.*.volumes[].image": "ECS does not mount images; copy the files into the service's "
    "own image",
    "services.*.x-aws-task": "this key is not supported; to share a task, write network_mode: "
    "service:NAME",
    "services.*.use_api_socket": "ECS has no Docker engine to talk to; leave the service out with "
    "profiles",
}
"""Keys without which a service cannot run as written, and the way out."""

_TABLES = (
    (Severity.WARNING, IGNORED),
    (Severity.INFO, MENTIONED),
    (Severity.ERROR, REFUSED),
)

_FATES = _Trie()
for _severity, _table in _TABLES:
    for _pattern, _message in _table.items():
        _FATES.put(_pattern, Fate(_severity, _message))


def table(readers: Iterable[KeyReader]) -> Iterator[str]:
    """Write the fate of every key as a Markdown document, line by line."""
    read: dict[str, list[str]] = {}
    for reader in readers:
        for pattern in reader.reads:
            read.setdefault(pattern, []).append(reader.name)
    yield "# What becomes of each Compose key\n\n"
    yield (
        "Made from the code: a key is *mapped* by the emitters named, *used* while the files are "
        "loaded, "
        "*left out* with a\nwarning, *noted* where it has no meaning on AWS and nothing is lost, "
        "or *refused*. "
        "A line stands for a key and all below it.\n\n"
    )
    yield "| key | what becomes of it |\n|---|---|\n"
    rows = {pattern: f"mapped: {', '.join(sorted(names))}" for pattern, names in read.items()}
    rows |= dict.fromkeys(SPENT, "used while the files are loaded")
    for word, fates in (("left out", IGNORED), ("noted", MENTIONED), ("refused", REFUSED)):
        rows |= {pattern: f"{word}: {message}" for pattern, message in fates.items()}
    for pattern in sorted(rows):
        yield f"| `{pattern}` | {rows[pattern]} |\n"
