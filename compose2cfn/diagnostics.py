"""Say what is wrong with an input, where, and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple, TypeAlias

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a value in a Compose file: ``("services", "web", "ports", 0)``."""


class Severity(StrEnum):
    """How bad a finding is."""

    ERROR = "error"
    """The input cannot be converted, or its template would not deploy or behave otherwise."""
    WARNING = "warning"
    """Something was dropped, or changed its meaning."""
    INFO = "info"
    """A decision that is worth knowing."""


class Location(NamedTuple):
    """A place in a file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding about the input.

    ``code`` is a word of `CODES` (or a third party's own); ``at`` is filled in by the stage that
    knows the places, from ``path``; ``related`` names further places that take part.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    path: KeyPath = ()
    at: Location | None = None
    related: tuple[Location, ...] = ()

    def __str__(self) -> str:
        where = f"{self.at}: " if self.at else ""
        path = f"{dotted(self.path)}: " if self.path else ""
        also = f" (see also {', '.join(map(str, self.related))})" if self.related else ""
        return f"{where}{self.severity}: {path}{self.message}{also} [{self.code}]"


class ComposeError(Exception):
    """The input cannot be converted; ``diagnostics`` holds every finding, warnings too."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = in_order(diagnostics)
        super().__init__("\n".join(map(str, self.diagnostics)))

    @classmethod
    def of(
        cls, code: str, message: str, path: KeyPath = (), at: Location | None = None
    ) -> "ComposeError":
        """Make the error of one finding."""
        return cls([Diagnostic(code=code, message=message, path=path, at=at)])


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort findings by file, line, column and code, each once; those without a place come first."""
    return tuple(
        sorted(dict.fromkeys(diagnostics), key=lambda d: (d.at or ("", 0, 0), d.code, str(d)))
    )


def failed(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether a finding among these is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def dotted(path: KeyPath) -> str:
    """Write a path the way people write it: ``services.web.ports[0]``."""
    out = ""
    for step in path:
        out += f"[{step}]" if isinstance(step, int) else f".{step}" if out else step
    return out


def listed(words: Iterable[str], conjunction: str = "or") -> str:
    """Write words as a list in a sentence: ``a, b or c``."""
    *head, last = words
    return f"{', '.join(head)} {conjunction} {last}" if head else last


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Offer the known word nearest to one that is not, as the end of a sentence, or nothing."""
    names = {name.lower(): name for name in sorted(known)}
    near = get_close_matches(word.lower(), names, n=1)
    return f"; did you mean {names[near[0]]!r}?" if near else ""


# One line a code: what it means, whatever the message says of the case. Sorted; docs/diagnostics.md
# is made from it.
CODES = {
    "ami-unknown": "The image of a machine is not one that can be used.",
    "bad-address": "This is no IP address.",
    "bad-host": "This is no name of a host.",
    "bad-name": "A name holds characters that names cannot hold.",
    "bad-short-form": "A text is no short form of what stands here.",
    "capability-unknown": "ECS knows no such Linux capability.",
    "capacity-conflict": "What is said about where tasks run does not go together.",
    "capacity-foreign": "A capacity provider belongs to another cluster.",
    "capacity-machines": "The machines that the stack starts for a service.",
    "capacity-shared": "A service wants to share machines that there are not.",
    "capacity-unknown": "What is said about where tasks run means nothing.",
    "capacity-weight": "Weights or bases of capacity providers are not what ECS takes.",
    "cluster-unknown": "The cluster is given neither by name nor by ARN.",
    "command-empty": "ECS cannot take the command of an image away.",
    "constraint-ignored": "A placement constraint means nothing on AWS.",
    "container-name": "Two containers of a task have one name.",
    "contradiction": "Two values cannot both be meant.",
    "cpu-shares": "Shares of a CPU become CPU units.",
    "cycle": "Things wait for, extend or include one another in a circle.",
    "daemon-fargate": "A global service has no machines to run on each of.",
    "daemon-provider": "A global service cannot use a capacity provider.",
    "dependency-completed": "A service waits for the end of one that never ends.",
    "dependency-health": "A service waits for the health of one that ECS does not check.",
    "deployment-percent": "ECS takes no such percents for a deployment.",
    "deprecated": "A way of writing has been replaced by another.",
    "device-ids": "AWS chooses the devices of a task by itself.",
    "device-unknown": "ECS has no such device.",
    "disk-size": "The disk of a machine cannot have this size.",
    "duplicate-item": "A list has the same item twice.",
    "duplicate-key": "A mapping has the same key twice.",
    "empty-file": "A file has no content.",
    "empty-value": "A key has no value.",
    "exec-read-only": "ECS Exec does not work in a container that cannot write.",
    "fargate-capability": "Fargate does not give this Linux capability.",
    "fargate-device": "Fargate has no devices.",
    "fargate-disk": "Fargate has no disk of this size.",
    "fargate-gpu": "Fargate has no GPUs.",
    "fargate-ipc": "Containers share no memory segments on Fargate.",
    "fargate-pid": "Fargate shows no processes of the machine.",
    "fargate-privileged": "Fargate runs no privileged containers.",
    "fargate-shm": "Fargate has a fixed amount of shared memory.",
    "fargate-size": "The Fargate size of a task, or that there is none.",
    "fargate-spot": "Fargate Spot does not run this.",
    "fargate-ulimit": "A limit that may have no effect on Fargate.",
    "former-id": "An overlay uses an id of the retired plugin that has another name here.",
    "gpu-all": "One container wants all GPUs beside another one that wants some.",
    "health-image": "ECS does not see the health check of an image.",
    "health-range": "ECS takes other numbers for a health check.",
    "id-conflict": "Two emitters want different things under one logical id.",
    "image-local": "An image that is built has no registry in its name.",
    "image-name": "This cannot be the name of an image.",
    "ipc-elsewhere": "Containers of different tasks share no memory segments.",
    "key-misplaced": "A key stands where it does not belong, and is honoured.",
    "kinds-differ": "A value is of another kind in an earlier file.",
    "log-driver": "A log driver that Fargate does not have is replaced.",
    "log-group": "This cannot be the name of a log group.",
    "log-option": "An option of a log driver is missing, left out or wrong.",
    "log-retention": "Log entries cannot be kept for so long.",
    "log-secret": "A secret stands in plain text among log options.",
    "lost-size": "Docker Compose takes this size for none.",
    "machine-disk": "Machines have no ephemeral storage of a task's own.",
    "machine-none": "No machine holds what a task asks for.",
    "machine-processor": "A machine has another processor than the service wants.",
    "machine-small": "A machine is too small for a task.",
    "machine-unknown": "This is no type of machine.",
    "machine-windows": "Machines for Windows are not made.",
    "memory-least": "A container gets more memory than it asks for.",
    "memory-reservation": "A container reserves more memory than its limit.",
    "missing-file": "A file that the input names is not there.",
    "missing-key": "A key that must be there is missing.",
    "mode-job": "An ECS service does not run to an end.",
    "old-flag": "A word that Docker Compose still takes for true or false.",
    "out-of-range": "A number is too small or too large.",
    "overlay-needless": "An overlay deletes what is not there.",
    "overlay-property": "An overlay sets a property that the resource is not known to have.",
    "overlay-shape": "A value of an overlay cannot stand where it does.",
    "overlay-unknown": "An overlay names what neither the template nor CloudFormation has.",
    "pid-elsewhere": "Containers of different tasks do not see each other's processes.",
    "pid-task": "More containers than asked for see each other's processes.",
    "platform-mixed": "Services of one task name different platforms.",
    "platform-unknown": "ECS does not run tasks on this platform.",
    "policy-count": "A role has too many managed policies.",
    "policy-refused": "IAM would refuse this policy document.",
    "policy-size": "A policy document is too large.",
    "policy-unknown": "This is not the ARN of a managed policy.",
    "project-name": "This cannot be the name of a project.",
    "remote-file": "A file is on another machine.",
    "replicas-shared": "A service runs as often as the one whose task it shares.",
    "required-variable": "A variable that the input insists on is not set.",
    "resource-unknown": "ECS knows no such generic resource.",
    "restart-always": "ECS starts a service again whatever its restart policy says.",
    "restart-timing": "ECS decides itself when it starts a service again.",
    "role-incomplete": "A role that is given lacks permissions that the service needs.",
    "role-unknown": "This is neither a role nor a policy document.",
    "runtime-unknown": "ECS has one container runtime.",
    "scaling-global": "A global service cannot scale.",
    "scaling-max": "Autoscaling has no upper bound.",
    "scaling-range": "The bounds of a number of tasks or machines are wrong.",
    "scaling-replicas": "Autoscaling decides instead of a written number.",
    "scaling-requests": "Requests cannot be counted for a service.",
    "scaling-shared": "Autoscaling is written at a service that shares another's task.",
    "scaling-target": "Autoscaling has no target, or a wrong one.",
    "secret-unknown": "This is not the ARN of a secret.",
    "security-option": "A security option has no effect.",
    "service-name": "The name of a service is too long.",
    "stop-range": "ECS gives a container another time to stop.",
    "swarm-only": "Docker Compose heeds this key only under Swarm.",
    "sysctl-unknown": "ECS does not let a container change this kernel setting.",
    "tag-count": "A service has too many tags.",
    "tag-unfit": "A label cannot be a tag.",
    "ulimit-range": "A soft limit is above its hard limit.",
    "ulimit-unknown": "ECS knows no such limit.",
    "unknown-key": "The Compose specification has no such key here.",
    "unknown-name": "There is nothing of this kind with this name.",
    "unknown-value": "A value is not one of those that are possible here.",
    "variable-name": "A variable has no name.",
    "variable-unset": "A variable is passed through, but not set.",
    "volume-writers": "Several tasks may write one volume at a time.",
    "windows-linux": "Settings of Linux have no meaning on Windows.",
    "wrong-duration": "This is no length of time.",
    "wrong-pattern": "A text does not have the form that it must have.",
    "wrong-size": "This is no size.",
    "wrong-type": "A value is of another kind than it must be.",
    "yaml-syntax": "The text is not YAML.",
}
