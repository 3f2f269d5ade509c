"""Decide what becomes of each bind mount: a volume, files in each task, a folder of an instance.

A bind mount is data, code or settings, and nothing says which. It is decided here, once for each
source, from what is known without asking: how the source is written, what lies there, and what the
image has of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import cached_property

from compose2cfn.diagnostics import KeyPath, dotted
from compose2cfn.findings import Findings, Spot
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.model.mount import Mount
from compose2cfn.model.service import Service
from compose2cfn.plan.files.advice import Advice
from compose2cfn.plan.files.contexts import BuildContext
from compose2cfn.plan.files.credentials import LIKE_CREDENTIAL, credential_refused, suggests_key
from compose2cfn.plan.files.hosts import engine_refused, is_clock, is_engine, system_refused
from compose2cfn.plan.files.policies import BindPolicy, bind_policy
from compose2cfn.plan.files.sources import (
    BindSource,
    ProjectFolder,
    SourceContent,
    find_source,
    names_file,
)
from compose2cfn.plan.known_images import known_image, surely_has_shell
from compose2cfn.plan.storage import BindMount, BoundVolume
from compose2cfn.plan.terms.names import digest

_SETTINGS = ("/conf", "/conf.d", "/config", "/initdb.d", "/initscripts", "/mounted-etc", "/certs")
"""How folders of settings end that lie in the data path of an image."""


class BindFate(Enum):
    """What becomes of a bind mount."""

    VOLUME = "volume"
    """A file system that outlives the stack."""
    DELIVERED = "delivered"
    """Its files are copied into each task."""
    LEFT_OUT = "left out"
    """The image has it, or nothing needs it on AWS."""
    DROPPED = "dropped"
    """The file says not to mount it."""
    HOST = "host"
    """A folder of the EC2 instance that the task runs on."""
    REFUSED = "refused"


class DecidedBind(Record):
    """A bind mount of a service, and what becomes of it."""

    service: str
    mount: Mount
    origin: KeyPath
    source: BindSource
    shown: str
    """What messages show of the source."""
    target: str
    """What they show of the target."""
    fate: BindFate
    why: str
    """For one that is refused, a whole message; else which rule decided."""
    ways: str
    """What to write instead."""
    asked: bool
    """Whether the file itself says what becomes of it."""


class BindFates(Record):
    """What becomes of all bind mounts, by their places, such as ``services.app.volumes[0]``."""

    decided: Mapping[str, DecidedBind]
    volumes: Mapping[str, BoundVolume]
    """Those that become volumes."""

    def of(self, mount: BindMount) -> DecidedBind:
        """Tell what becomes of a mount, also of one that a service takes from another one."""
        return self.decided[dotted(mount.entry)]

    def are(self, fate: BindFate, mounts: Iterable[BindMount]) -> Iterator[BindMount]:
        """List the mounts that have a fate."""
        return (mount for mount in mounts if self.of(mount).fate is fate)


CLOCK = "clock"
"""It is the clock of a host."""
COVERED = "covered"
"""The Dockerfile surely copies it."""
UNREAD = "unread"
"""The image is built from it, but there is no Dockerfile to read."""


def decide_fates(app: App, on_instances: frozenset[str], findings: Findings) -> BindFates:
    """Decide what becomes of every bind mount.

    ``on_instances`` names the services that run on EC2 instances whose folders they can mount.
    """
    deciding = _Deciding(app, on_instances, findings)
    decided = _shared(
        deciding.decide(name, number, mount)
        for name, service in sorted(app.project.services.items())
        for number, mount in enumerate(service.volumes)
        if mount.type == "bind"
    )
    return BindFates(
        decided=Frozen({dotted(one.origin): one for one in decided}),
        volumes=Frozen(_volumes(decided)),
    )


def _shared(decided: Iterable[DecidedBind]) -> list[DecidedBind]:
    """Let all mounts of a source that is a volume for one service be that volume.

    What the file says of a mount, and what must not be mounted at all, stays as it is.
    """
    found = list(decided)
    volumes = {one.source.key for one in found if one.fate is BindFate.VOLUME}
    return [
        one.but(fate=BindFate.VOLUME)
        if one.source.key in volumes and one.fate is BindFate.DELIVERED and not one.asked
        else one
        for one in found
    ]


def _volumes(decided: Iterable[DecidedBind]) -> dict[str, BoundVolume]:
    """Make a volume for each source that becomes one, by its mounts."""
    found: dict[str, BoundVolume] = {}
    first: dict[str, KeyPath] = {}
    for one in decided:
        if one.fate is BindFate.VOLUME:
            origin = first.setdefault(one.source.key, one.origin)
            name = f"{Advice.stem(one.source.key)}-{digest(one.source.key)}"
            found[dotted(one.origin)] = BoundVolume(name=name, source=one.shown, origin=origin)
    return found


def services_with_shell(app: App) -> frozenset[str]:
    """Name the services whose images surely have a shell: built ones by their Dockerfiles."""
    folder = ProjectFolder(app)
    return frozenset(
        name
        for name, service in app.project.services.items()
        if surely_has_shell(
            BuildContext(service.build, folder).base_image if service.build else service.image
        )
    )


class _Deciding:
    """What decides about the bind mounts of a project."""

    def __init__(self, app: App, on_instances: frozenset[str], findings: Findings) -> None:
        self.app = app
        self.on_instances = on_instances
        self.findings = findings
        self.folder = ProjectFolder(app)
        self.advice = Advice(app)
        self.contexts: dict[str, BuildContext] = {}

    def decide(self, name: str, number: int, mount: Mount) -> DecidedBind:
        """Decide about one mount of a service."""
        spot = self.findings.at("services", name, "volumes", number)
        one = _Bind(self, name, mount, spot)
        fate, why = one.decided
        return DecidedBind(
            service=name,
            mount=mount,
            origin=spot.path,
            source=one.source,
            shown=one.shown,
            target=one.target,
            fate=fate,
            why=why,
            ways=one.ways,
            asked=bool(one.policy),
        )

    def context(self, name: str) -> BuildContext | None:
        """Give the build context of a service."""
        build = self.app.project.services[name].build
        if build and name not in self.contexts:
            self.contexts[name] = BuildContext(build, self.folder)
        return self.contexts.get(name)


class _Bind:
    """One bind mount, and what is known about it."""

    def __init__(self, deciding: _Deciding, name: str, mount: Mount, spot: Spot) -> None:
        self.deciding = deciding
        self.name = name
        self.mount = mount
        self.source = find_source(deciding.app, spot.path, mount.source)
        self.policy = bind_policy(deciding.app, name)
        self.shown = spot.shown(self.source.shown, of="source")
        self.target = spot.shown(mount.target, of="target")

    @property
    def service(self) -> Service:
        return self.deciding.app.project.services[self.name]

    @property
    def ways(self) -> str:
        """Say what to write instead."""
        plain = (self.shown, self.target) == (self.source.shown, self.mount.target)
        return self.deciding.advice.ways_out(self.source, self.mount, plain=plain)

    @property
    def decided(self) -> tuple[BindFate, str]:
        """Decide what becomes of it; the first rule that is about it counts."""
        if self.policy == BindPolicy.DROP:
            return BindFate.DROPPED, ""
        if self.policy == BindPolicy.HOST:
            return self._on_host()
        if is_clock(self.source.path):
            return BindFate.LEFT_OUT, CLOCK
        if reason := self._forbidden():
            return BindFate.REFUSED, reason
        if self.policy == BindPolicy.REFUSE:
            about = f"x-aws-bind_mounts says to refuse bind mounts; {self.ways}"
            return BindFate.REFUSED, about
        if self._keeps_data():
            return BindFate.VOLUME, ""
        if not self.source.inside:
            return self._outside()
        return self._within()

    def _on_host(self) -> tuple[BindFate, str]:
        """Mount a folder of the EC2 instance."""
        if self.name in self.deciding.on_instances:
            if self.source.key.startswith("/"):
                return BindFate.HOST, ""
            about = f"an EC2 instance has no folder {self.shown}; write an absolute path"
            return BindFate.REFUSED, about
        about = (
            "x-aws-bind_mounts: host mounts a folder of the EC2 instance, and this service does "
            "not run on instances of its own; name their image: x-aws-capacity: {ami: ami-...}"
        )
        return BindFate.REFUSED, f"{about}, or {self.ways}"

    def _forbidden(self) -> str:
        """Say why it can never be in a task; empty if it can."""
        path = self.source.path
        if is_engine(path):
            return engine_refused(self.service)
        looked_at = self.source.inside and self.deciding.app.directory != "/"
        absolute = not (looked_at or self.source.key.startswith(("..", "~")))
        if absolute and (reason := system_refused(path, self.shown)):
            return reason
        if self.policy == BindPolicy.VOLUME and not self.source.names_file:
            return ""  # an empty folder brings no secret
        return credential_refused(self.source.key, self.mount.target)

    def _keeps_data(self) -> bool:
        """Tell whether a well-known datastore keeps its data there, whatever lies there now."""
        image = known_image(self.service)
        target = self.mount.target.rstrip("/")
        if self.policy == BindPolicy.DELIVER or self.mount.read_only:
            return False
        if not (image and image.keeps_data and image.holds_data(target)):
            return False
        return not (target.endswith(_SETTINGS) or names_file(target) or self.source.names_file)

    def _outside(self) -> tuple[BindFate, str]:
        """Decide about what is written outside the project, where nobody looks."""
        if self.policy == BindPolicy.VOLUME:
            return BindFate.VOLUME, ""
        about = f"what is mounted at {self.target} is outside the project"
        if self.policy == BindPolicy.DELIVER:
            return BindFate.REFUSED, f"ECS has no host, and {about}; {self.ways}"
        if self._is_file and suggests_key(self.source.key):
            return BindFate.REFUSED, LIKE_CREDENTIAL
        if self._is_file:
            about = (
                f"ECS has no host, and {about}; copy the file into the project and mount it from "
                "there, or write x-aws-bind_mounts: drop if the service runs without it"
            )
            return BindFate.REFUSED, about
        return self._outside_folder()

    def _outside_folder(self) -> tuple[BindFate, str]:
        """Decide about a folder outside the project: data, unless it is where the code is.

        Only how it is written counts, so that the project may be anywhere.
        """
        if not self.source.key.startswith(".."):
            return BindFate.VOLUME, ""
        context = self.deciding.context(self.name)
        if context and context.is_in(self.source):
            return BindFate.LEFT_OUT, UNREAD
        built = context is not None and context.holds(self.source)
        if built or not self.source.key.strip("./"):
            about = (
                f"{self.shown} is outside the project, where nobody looks, and "
                f"{'the image is built from it' if built else 'it holds the project'}, so it may "
                "be code; write x-aws-bind_mounts: drop if the image has it, or volume to "
                "start with an empty one"
            )
            return BindFate.REFUSED, about
        return BindFate.VOLUME, ""

    @property
    def _is_file(self) -> bool:
        """Tell whether a file is mounted, by the names."""
        return self.source.names_file or names_file(self.mount.target)

    def _within(self) -> tuple[BindFate, str]:
        """Decide about what is written inside the project."""
        match self.content:
            case SourceContent.LINK:
                about = f"links are not followed; name what this link leads to, {self.ways}"
                return BindFate.REFUSED, about
            case SourceContent.OTHER:
                about = f"{self.shown} is neither a file nor a folder; {self.ways}"
                return BindFate.REFUSED, about
            case SourceContent.NOTHING:
                return self._nothing()
            case SourceContent.FOLDER if self.policy == BindPolicy.VOLUME:
                return BindFate.VOLUME, ""
        return self._with_content()

    @cached_property
    def content(self) -> SourceContent:
        """What lies at the source, which is in the project."""
        return self.deciding.folder.content(self.source)

    def _nothing(self) -> tuple[BindFate, str]:
        """Decide about a source that is absent, has no files, or is in no repository."""
        context = self.deciding.context(self.name)
        if context and context.is_in(self.source) and not self.policy:
            return BindFate.LEFT_OUT, UNREAD
        if self.policy == BindPolicy.DELIVER:
            return BindFate.DELIVERED, ""
        if self._is_file and self.policy != BindPolicy.VOLUME:
            if suggests_key(self.source.key):
                return BindFate.REFUSED, LIKE_CREDENTIAL
            about = f"there is no file {self.shown} in the project; create it"
            return BindFate.REFUSED, f"{about}, {self.ways}"
        return BindFate.VOLUME, ""

    def _with_content(self) -> tuple[BindFate, str]:
        """Decide about files of the project: code that the image has, or settings."""
        context = self.deciding.context(self.name)
        if context is None or self.policy or not context.holds(self.source):
            return BindFate.DELIVERED, ""
        folder = self.content is SourceContent.FOLDER
        if folder and not self.mount.read_only and context.leaves_out(self.source):
            return BindFate.VOLUME, ""
        if context.covers(self.source, self.mount.target, folder=folder):
            return BindFate.LEFT_OUT, COVERED
        if folder and not context.readable:
            return BindFate.LEFT_OUT, UNREAD
        return BindFate.DELIVERED, ""
