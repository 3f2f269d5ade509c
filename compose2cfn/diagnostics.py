"""Say what is wrong with an input, where, and what to write instead."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import NamedTuple, TypeAlias

Steps: TypeAlias = tuple[str | int, ...]
"""The way to a value in a Compose file, as any tuple: ``("services", "web", "ports", 0)``."""


class KeyPath(tuple[str | int, ...]):
    """The way to a value in a Compose file, which goes on with ``/``: ``path / "ports" / 0``."""

    __slots__ = ()

    def __truediv__(self, step: str | int) -> "KeyPath":
        """Go one step further down."""
        return KeyPath((*self, step))


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
        # Build services take a line that begins so for a command.
        marked = "./" if self.file.startswith(("::", "##")) else ""
        return f"{marked}{visible(self.file)}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding about the input.

    ``code`` is a word of `CODES` (or a third party's own); ``at`` is filled in by the stage that
    knows the places, from ``path``; ``related`` names further places that take part.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR
    path: Steps = ()
    at: Location | None = None
    related: tuple[Location, ...] = ()

    def __str__(self) -> str:
        where = f"{self.at}: " if self.at else ""
        path = f"{dotted(self.path)}: " if self.path else ""
        also = f" (see also {', '.join(map(str, self.related))})" if self.related else ""
        return visible(f"{where}{self.severity}: {path}{self.message}{also} [{self.code}]")


class ComposeError(Exception):
    """The input cannot be converted; ``diagnostics`` holds every finding, warnings too."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = in_order(diagnostics)
        super().__init__("\n".join(map(str, self.diagnostics)))

    @classmethod
    def of(
        cls, code: str, message: str, path: Steps = (), at: Location | None = None
    ) -> "ComposeError":
        """Make the error of one finding."""
        return cls([Diagnostic(code=code, message=message, path=path, at=at)])


# Control characters, what is not seen, and what turns the direction of text; halves of characters.
# Ranges, not properties: those follow the version of Python.
_UNSEEN = (
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """Escape what is not seen in a text, so that it is one line that says what it seems to say."""
    return re.sub(_UNSEEN, lambda found: ascii(found[0])[1:-1], text)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort findings by file, line, column and code, each once; those without a place come first."""
    return tuple(
        sorted(dict.fromkeys(diagnostics), key=lambda d: (d.at or ("", 0, 0), d.code, str(d)))
    )


def failed(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether a finding among these is an error."""
    return any(d.severity is Severity.ERROR for d in diagnostics)


def dotted(path: Steps) -> str:
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
    "alias-dotted": "A further name of a service has a dot, so public DNS is asked first.",
    "alias-taken": "A further name of a service is that of another one already.",
    "alias-unfit": "A further name of a service is none that DNS takes.",
    "ami-unknown": "The image of a machine is not one that can be used.",
    "bad-address": "This is no IP address.",
    "bad-host": "This is no name of a host.",
    "bad-name": "A name holds characters that names cannot hold.",
    "bad-short-form": "A text is no short form of what stands here.",
    "balancer-attribute": "A load balancer has no such attribute, or takes no such value of it.",
    "balancer-differs": "Ports that share a load balancer say different things of it.",
    "balancer-fixed": "A load balancer that exists is not changed.",
    "balancer-given": "A load balancer that exists is used as it is.",
    "balancer-kind": "A load balancer is of the wrong type for a port.",
    "balancer-name": "A load balancer is given by name, which says nothing without a call to AWS.",
    "balancer-scheme": "A load balancer is neither open to the internet nor internal.",
    "balancer-type": "The type of a load balancer is unknown, or another one.",
    "balancer-unknown": "This is the ARN of no load balancer that can publish a service.",
    "balancer-unused": "A load balancer is given and publishes nothing.",
    "billed-hourly": "What AWS bills by the hour, used or not.",
    "bind-delivered": "What a bind mount names is brought into every task as it is now.",
    "bind-dropped": "A bind mount is left out because the file says so.",
    "bind-link": "A link in a delivered folder is left out.",
    "bind-policy": "What is said about bind mounts means nothing.",
    "bind-refused": "What a bind mount names cannot be brought into a task.",
    "bind-size": "Bind mounts bring more than a task definition holds.",
    "bind-writes": "What is written to a delivered file is lost with its task.",
    "capability-unknown": "ECS knows no such Linux capability.",
    "capacity-conflict": "What is said about where tasks run does not go together.",
    "capacity-foreign": "A capacity provider belongs to another cluster.",
    "capacity-machines": "The machines that the stack starts for a service.",
    "capacity-shared": "A service wants to share machines that there are not.",
    "capacity-unknown": "What is said about where tasks run means nothing.",
    "capacity-weight": "Weights or bases of capacity providers are not what ECS takes.",
    "carrier-unknown": "The service that shall carry a job does not wait for it.",
    "certificate-count": "A load balancer has too many certificates.",
    "certificate-missing": "HTTPS is wanted and there is no certificate.",
    "certificate-region": "A certificate is in another region than its load balancer.",
    "certificate-unknown": "This is not the ARN of a certificate.",
    "check-codes": "A load balancer's health check cannot want these codes.",
    "check-path": "The path of a load balancer's health check is not one that AWS takes.",
    "check-port": "A load balancer's health check cannot ask this port.",
    "check-protocol": "A load balancer cannot check health over this protocol.",
    "check-range": "A number of a load balancer's health check is out of its range.",
    "check-times": "A load balancer's health check takes longer than its interval.",
    "check-udp": "A load balancer cannot ask a service over UDP whether it is well.",
    "check-unused": "A load balancer's health check is described where none asks.",
    "cluster-unknown": "The cluster is given neither by name nor by ARN.",
    "command-cut": "A command that is one text holds what only a shell reads.",
    "command-empty": "ECS cannot take the command of an image away.",
    "config-external": "A config stands outside the file, where it cannot be read.",
    "config-secret": "A config holds a private key, or looks like a credential.",
    "config-shown": "The value of a variable stands in the template, as a config.",
    "config-size": "A config has more bytes than a task definition holds.",
    "constraint-ignored": "A placement constraint means nothing on AWS.",
    "container-name": "Two containers of a task have one name.",
    "contradiction": "Two values cannot both be meant.",
    "cpu-shares": "Shares of a CPU become CPU units.",
    "cycle": "Things wait for, extend or include one another in a circle.",
    "daemon-fargate": "A global service has no machines to run on each of.",
    "daemon-provider": "A global service cannot use a capacity provider.",
    "delivery-hides": "Delivered files hide what the image has in their directory.",
    "delivery-seeded": "Delivered files come with what the image has in their directory.",
    "delivery-target": "A file is to be delivered where a volume would break the container.",
    "delivery-unknown": "What is said about the delivery of files means nothing.",
    "delivery-volume": "A file is to be delivered into a volume.",
    "dependency-completed": "A service waits for the end of one that never ends.",
    "dependency-cycle": "Tasks wait for each other.",
    "dependency-health": "A service waits for the health of one that ECS does not check.",
    "deploy-shared": "A service shares a task, and its own deployment does not count.",
    "deployment-percent": "ECS takes no such percents for a deployment.",
    "deprecated": "A way of writing has been replaced by another.",
    "device-ids": "AWS chooses the devices of a task by itself.",
    "device-unknown": "ECS has no such device.",
    "disk-size": "The disk of a machine cannot have this size.",
    "duplicate-item": "A list has the same item twice.",
    "duplicate-key": "A mapping has the same key twice.",
    "emitter-item": "An emitter yields something that is not an item.",
    "emitter-unasked": "An installed package has an emitter that was not asked for.",
    "empty-file": "A file has no content.",
    "empty-value": "A key has no value.",
    "env-file-syntax": "A file of variables cannot be read.",
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
    "file-mode": "The mode of a delivered file is no mode.",
    "file-owner": "The owner of a delivered file is no number.",
    "former-id": "An overlay uses an id of the retired plugin that has another name here.",
    "gpu-all": "One container wants all GPUs beside another one that wants some.",
    "group-unknown": "This is not the id of a security group.",
    "health-image": "ECS does not see the health check of an image.",
    "health-range": "ECS takes other numbers for a health check.",
    "id-conflict": "Two emitters want different things under one logical id.",
    "image-local": "An image that is built has no registry in its name.",
    "image-name": "This cannot be the name of an image.",
    "ingress-given": "Who may reach a load balancer that exists is not said here.",
    "ingress-shared": "Services on one port of a load balancer differ in who may reach them.",
    "ingress-unknown": "This is no block of addresses.",
    "init-windows": "What prepares a task cannot run on Windows.",
    "interpolation-syntax": "A dollar begins something that is no substitution.",
    "ipc-elsewhere": "Containers of different tasks share no memory segments.",
    "job-carrier": "A job that several services wait for runs in the task of one of them.",
    "job-repeats": "A job runs at every start of a task, and not once.",
    "key-ignored": "A key has no effect on AWS, and is left out.",
    "key-misplaced": "A key stands where it does not belong, and is honoured.",
    "key-not-text": "A key of a mapping is no text.",
    "key-refused": "A key that a service cannot do without has no counterpart on AWS.",
    "kinds-differ": "A value is of another kind in an earlier file.",
    "listener-count": "A load balancer has too many listeners.",
    "listener-route": "A listener that exists needs a rule to know which requests are meant.",
    "listener-unknown": "This is not the ARN of a listener.",
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
    "merge-key": "What << brings is no mapping.",
    "missing-file": "A file that the input names is not there.",
    "missing-key": "A key that must be there is missing.",
    "mode-job": "An ECS service does not run to an end.",
    "mount-target": "Nothing can be mounted at this path.",
    "mount-type": "ECS has no mounts of this type.",
    "name-collision": "Two names become one logical id.",
    "name-empty": "A name leaves nothing for a logical id.",
    "name-length": "A name is longer than DNS, or what AWS names after it, allows.",
    "namespace-local": "Many systems do not ask DNS for names in this namespace.",
    "namespace-unknown": "This cannot be the name of a namespace.",
    "network-bridge": "The network of the Docker host is not there on AWS.",
    "network-carried": "A task joins a network for the sake of a job that it runs first.",
    "network-container": "A service shares the network of a container outside the file.",
    "network-count": "A task joins more networks than it may have security groups.",
    "network-external": "An external network is not given by the id of a security group.",
    "network-group": "The security group of a network is written the old way.",
    "network-host": "A service shares the network of its host, and tasks do not.",
    "network-internal": "Services on an internal network reach the internet all the same.",
    "network-mode": "A service joins a network that the file does not describe.",
    "network-none": "A service wants no network, and every task has one.",
    "old-flag": "A word that Docker Compose still takes for true or false.",
    "out-of-range": "A number is too small or too large.",
    "overlay-needless": "An overlay deletes what is not there.",
    "overlay-property": "An overlay sets a property that the resource is not known to have.",
    "overlay-shape": "A value of an overlay cannot stand where it does.",
    "overlay-unknown": "An overlay names what neither the template nor CloudFormation has.",
    "part-container": "An emitter adds to a container that has no image.",
    "part-task": "An emitter adds to the task of a service that does not exist.",
    "pid-elsewhere": "Containers of different tasks do not see each other's processes.",
    "pid-task": "More containers than asked for see each other's processes.",
    "platform-mixed": "Services of one task name different platforms.",
    "platform-unknown": "ECS does not run tasks on this platform.",
    "policy-count": "A role has too many managed policies.",
    "policy-refused": "IAM would refuse this policy document.",
    "policy-size": "A policy document is too large.",
    "policy-unknown": "This is not the ARN of a managed policy.",
    "port-address": "A port is bound to an address of a host.",
    "port-internal": "A port of a service on internal networks is not published.",
    "port-job": "A port of a job is not published.",
    "port-loopback": "A port is bound to the host itself, so nobody else reaches it.",
    "port-mode": "A port is to be published on hosts, and load balancers publish it.",
    "port-moved": "A port goes to the load balancer of the service's other ports.",
    "port-number": "This is not the number of a port.",
    "port-protocol": "Load balancers do not speak this protocol.",
    "port-published": "A port is published under its own number.",
    "port-range": "A load balancer listens on one port of a range.",
    "port-shared": "Two services publish one port.",
    "port-speech": "What a port is said to speak is not known.",
    "port-taken": "Two containers of a task listen on one port.",
    "port-withheld": "A port of a datastore, broker or admin tool is not put before the world.",
    "project-name": "This cannot be the name of a project.",
    "property-refused": "A property has a value that CloudFormation does not take.",
    "public-ip": "Whether tasks have public addresses is said in unknown words.",
    "redirect-https": "A port that speaks HTTPS redirects to HTTPS.",
    "redirect-route": "A port that redirects has a route too.",
    "redirect-target": "There is no port of HTTPS to redirect to.",
    "redirect-unknown": "Only redirects to HTTPS are known.",
    "reference-dangling": "Something refers to what the template does not have.",
    "remote-file": "A file is on another machine.",
    "replicas-shared": "A service runs as often as the one whose task it shares.",
    "required-variable": "A variable that the input insists on is not set.",
    "resolver-windows": "Tasks on Windows do not find other services by their bare names.",
    "resource-unknown": "ECS knows no such generic resource.",
    "restart-always": "ECS starts a service again whatever its restart policy says.",
    "restart-timing": "ECS decides itself when it starts a service again.",
    "role-incomplete": "A role that is given lacks permissions that the service needs.",
    "role-unknown": "This is neither a role nor a policy document.",
    "route-count": "A load balancer has too many routes.",
    "route-empty": "A route says nothing of the requests it is for.",
    "route-foreign": "A rule joins those of a listener that exists.",
    "route-host": "The host of a route is not one that a rule takes.",
    "route-kind": "Only Application Load Balancers have routes.",
    "route-path": "The path of a route is not one that a rule takes.",
    "route-priority": "Two routes have one priority, or one that AWS does not take.",
    "route-same": "Two services want the same requests.",
    "route-values": "A route has more values than a rule takes.",
    "rule-count": "A security group has too many rules.",
    "runtime-unknown": "ECS has one container runtime.",
    "scaling-global": "A global service cannot scale.",
    "scaling-max": "Autoscaling has no upper bound.",
    "scaling-range": "The bounds of a number of tasks or machines are wrong.",
    "scaling-replicas": "Autoscaling decides instead of a written number.",
    "scaling-requests": "Requests cannot be counted for a service.",
    "scaling-shared": "Autoscaling is written at a service that shares another's task.",
    "scaling-target": "Autoscaling has no target, or a wrong one.",
    "secret-arn": "A secret is wanted by its ARN.",
    "secret-in-environment": "A variable looks like a secret that anybody can read.",
    "secret-key": "The keys of a secret cannot be files.",
    "secret-partial": "The ARN of a secret lacks the characters that AWS adds to its name.",
    "secret-target": "A secret is to stand outside its folder.",
    "secret-unknown": "This is not the ARN of a secret.",
    "security-option": "A security option has no effect.",
    "service-none": "No service is active, so there is nothing to run.",
    "several-files": "More than one file has a name that is looked for.",
    "stop-range": "ECS gives a container another time to stop.",
    "subnet-count": "There are too few or too many subnets.",
    "subnet-list": "Subnets are given as one value.",
    "subnet-shared": "A service chooses subnets and runs in the task of another one.",
    "subnet-twice": "One subnet stands in a list twice.",
    "subnet-unknown": "This is not the id of a subnet.",
    "subnet-volume": "A service with a volume chooses subnets of its own.",
    "swarm-only": "Docker Compose heeds this key only under Swarm.",
    "sysctl-conflict": "Two containers of a task want different settings of its network.",
    "sysctl-unknown": "ECS does not let a container change this kernel setting.",
    "tag-count": "A service has too many tags.",
    "tag-unfit": "A label cannot be a tag.",
    "target-count": "A service or a load balancer would have too many target groups.",
    "target-fixed": "A target group that is given has its listener already.",
    "target-unknown": "This is not the ARN of a target group.",
    "task-conflict": "Two emitters want different values for one property of a task.",
    "task-containers": "A task has more containers than ECS takes.",
    "task-count": "A service would have more tasks than AWS keeps together.",
    "task-size": "A task definition has more bytes than ECS takes.",
    "template-size": "A template is larger than CloudFormation takes.",
    "tmpfs-option": "ECS takes no such option of a tmpfs.",
    "tmpfs-size": "The size of a tmpfs is not written, or cannot be read.",
    "too-many": "There is more of something than can be worked with.",
    "ulimit-range": "A soft limit is above its hard limit.",
    "ulimit-unknown": "ECS knows no such limit.",
    "unknown-key": "The Compose specification has no such key here.",
    "unknown-name": "There is nothing of this kind with this name.",
    "unknown-value": "A value is not one of those that are possible here.",
    "variable-name": "A variable has no name.",
    "variable-twice": "A variable is both a plain value and a secret.",
    "variable-unset": "A variable is passed through, but not set.",
    "volume-anonymous": "A volume without a name ends with its task.",
    "volume-asked": "An external volume is not given by the id of a file system.",
    "volume-directory": "EFS takes no such directory of a volume.",
    "volume-driver": "The driver of a volume has no meaning on AWS.",
    "volume-empty": "A volume starts without the files of the image.",
    "volume-external": "A file system that exists is used as it is.",
    "volume-local": "A volume stands for a folder of the host.",
    "volume-option": "An option of a volume is not one that EFS takes.",
    "volume-unknown": "This is not the id of a file system.",
    "volume-windows": "Tasks on Windows mount no EFS file systems.",
    "volume-writers": "Several tasks may write one volume at a time.",
    "volumes-from": "Mounts of another service cannot be shared.",
    "vpc-unknown": "The VPC is given neither by id nor by ARN.",
    "windows-linux": "Settings of Linux have no meaning on Windows.",
    "wrong-duration": "This is no length of time.",
    "wrong-pattern": "A text does not have the form that it must have.",
    "wrong-size": "This is no size.",
    "wrong-type": "A value is of another kind than it must be.",
    "yaml-limit": "A file is larger or deeper than is read.",
    "yaml-syntax": "The text is not YAML.",
    "yaml-value": "A value is not what its tag says.",
}
