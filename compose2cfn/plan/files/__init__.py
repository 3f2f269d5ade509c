"""Which files of a project go into tasks, and how: configs, bind mounts, anonymous volumes."""

from collections.abc import Container, Iterable, Iterator, Mapping
from posixpath import normpath

from compose2cfn.findings import Findings
from compose2cfn.limits import LARGEST_DELIVERY, MOST_DELIVERED
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Frozen, Record
from compose2cfn.plan.files.anonymous import anonymous_volumes
from compose2cfn.plan.files.configs import HELPER, config_files, is_helped
from compose2cfn.plan.files.delivered import DeliveredFile, delivered
from compose2cfn.plan.files.directories import (
    DeliveredDirectory,
    Layer,
    delivered_directories,
    directory_of,
    needed_directories,
)
from compose2cfn.plan.files.fates import BindFate, BindFates, decide_fates, services_with_shell
from compose2cfn.plan.files.files_containers import FilesContainer, files_container
from compose2cfn.plan.files.host_folders import HostFolder, host_folders
from compose2cfn.plan.files.moved import may_move, moved
from compose2cfn.plan.files.policies import report_policies
from compose2cfn.plan.files.proxies import report_names
from compose2cfn.plan.files.reports import report_fates
from compose2cfn.plan.known_images import may_lack_shell
from compose2cfn.plan.secrets import SECRETS_DIRECTORY
from compose2cfn.plan.storage import Storage
from compose2cfn.plan.tasks import Task, Tasks
from compose2cfn.plan.terms.names import Names
from compose2cfn.plan.terms.paths import TakenPaths, ancestors, at_or_below

__all__ = [
    "BindFate",
    "BindFates",
    "DeliveredDirectory",
    "DeliveredFile",
    "Delivery",
    "FilesContainer",
    "HostFolder",
    "Layer",
    "bind_fates",
    "deliveries",
    "services_with_shell",
]

# What every image fills, and a running container needs unchanged or writes to.
_GUARDED = frozenset(
    f"/{folder}"
    for folder in (
        *("", "bin", "etc", "lib", "lib64", "opt/bin", "root/bin", "run", "run/secrets", "sbin"),
        *("tmp", "usr", "usr/bin", "usr/lib", "usr/local", "usr/local/bin", "usr/local/lib"),
        *("usr/local/sbin", "usr/sbin", "var", "var/run"),
    )
)
_SCRATCH = "/tmp"  # noqa: S108 - a directory of the container
"""A guarded one in which a copy of what the image has does: any program may write to it."""
_KERNEL = ("/dev", "/proc", "/sys")


def bind_fates(app: App, on_instances: frozenset[str], findings: Findings) -> BindFates:
    """Decide what becomes of every bind mount, and say so.

    ``on_instances`` names the services that run on EC2 instances whose folders they can mount.
    """
    report_policies(app, findings)
    fates = decide_fates(app, on_instances, findings)
    report_fates(fates, findings)
    return fates


class Delivery(Record):
    """What is brought into the container of a service before it starts."""

    directories: tuple[DeliveredDirectory, ...]
    """The outermost ones, sorted by path."""
    files_container: FilesContainer | None
    """What fills those that start with files of the image; the init container fills the others."""
    host_folders: tuple[HostFolder, ...]
    """The folders of its EC2 instance that it mounts."""

    @property
    def moved(self) -> Mapping[str, str]:
        """Where files are that cannot be at their targets, by these."""
        files = (file for directory in self.directories for file in directory.files)
        return {file.moved_from: file.target for file in files if file.moved_from}


def deliveries(
    app: App,
    tasks: Tasks,
    storage: Storage,
    findings: Findings,
    *,
    fates: BindFates,
    windows: Container[str],
    shells: Container[str],
) -> Mapping[str, Delivery]:
    """Decide what is brought into the container of every service.

    ``windows`` holds the owners of the tasks that run on Windows: they get no files. ``shells``
    holds the services whose images surely have a shell.
    """
    making = _Deliveries(
        app=app,
        tasks=tasks,
        storage=storage,
        findings=findings,
        fates=fates,
        windows=windows,
        shells=shells,
    )
    found = {name: each for task in tasks.values() for name, each in making.of_task(task)}
    return Frozen(found)


class _Deliveries(Record):
    """What makes deliveries."""

    app: App
    tasks: Tasks
    storage: Storage
    findings: Findings
    fates: BindFates
    windows: Container[str]
    shells: Container[str]

    def of_task(self, task: Task) -> Iterator[tuple[str, Delivery]]:
        """Decide what is brought into the container of each service of a task."""
        bound = {name: list(self._bound(name)) for name in task.services}
        self._report_many([file for files in bound.values() for file in files])
        for name in task.services:
            files = [*bound[name], *self._configured(name)]
            report_names(self.app, self.tasks, files, self.findings)
            self._report_twice(files)
            directories = tuple(self._directories(name, task, files))
            mounts = self.storage.mounts[name]
            yield (
                name,
                Delivery(
                    directories=directories,
                    files_container=files_container(name, directories, mounts.seeds),
                    host_folders=tuple(host_folders(self.fates, mounts.binds)),
                ),
            )

    def _bound(self, service: str) -> Iterator[DeliveredFile]:
        """List the files that the bind mounts of a service bring."""
        for mount in self.fates.are(BindFate.DELIVERED, self.storage.mounts[service].binds):
            ways = self.fates.of(mount).ways
            spot = self.findings.at(*mount.origin)
            yield from delivered(self.app, service, mount, spot, ways=ways)

    def _configured(self, service: str) -> Iterator[DeliveredFile]:
        """List the files that the configs of a service bring."""
        return config_files(self.app, service, self.findings)

    def _report_many(self, bound: list[DeliveredFile]) -> None:
        """Report bind mounts that bring more into a task than it holds."""
        total = sum(len(file.content) for file in bound)
        if total > LARGEST_DELIVERY or len(bound) > MOST_DELIVERED:
            self.findings.at(*bound[0].origin[:-1]).error(
                "bind-size",
                f"bind mounts bring at most {MOST_DELIVERED} files and {LARGEST_DELIVERY} bytes "
                f"into a task, but these have {len(bound)} files and {total} bytes; put them into "
                "the image",
            )

    def _report_twice(self, files: Iterable[DeliveredFile]) -> None:
        """Report two files at one place, or one below another."""
        taken = TakenPaths()
        for file in files:
            if not file.directory and taken.take(file.target):
                spot = self.findings.at(*file.origin)
                target = spot.shown(normpath(file.target), of="target")
                about = f"there is already a file at, above or below {target}; keep one"
                spot.error("contradiction", about)

    def _directories(
        self, service: str, task: Task, files: list[DeliveredFile]
    ) -> Iterator[DeliveredDirectory]:
        """Deliver files in the outermost of the directories that they need, if possible."""
        said = self.app.project.services[service]
        spot = self.findings.at("services", service)
        bare = not said.build and may_lack_shell(said.image)
        helped = is_helped(said.x_aws_delivery, spot / "x-aws-delivery") or bare
        mounts = self.storage.mounts[service]
        others = [mount.target for mount in mounts.attachments]
        others += [mount.target for mount in mounts.tmpfs]
        others += [SECRETS_DIRECTORY] if said.secrets else []
        mounted = {normpath(target): target for target in reversed(others)}
        if said.x_aws_delivery and not (files or mounts.anonymous or mounts.attachments):
            about = "no file comes into this container, so this has no effect"
            (spot / "x-aws-delivery").warn("delivery-unused", about)
        files = [
            placed
            for file in files
            if self._fits(
                placed := self._placed(file, mounted, helped=helped), mounted, helped=helped
            )
        ]
        anonymous = anonymous_volumes(mounts, self.findings, fates=self.fates, helped=helped)
        needed = needed_directories(files, anonymous, helped=helped)
        found = list(delivered_directories(service, files, needed, others))
        for directory in found:
            self._tell(directory, bare=bare)
        if task.owner in self.windows:
            self._report_windows(found)
        elif mounts.seeds or any(directory.seeded for directory in found):
            whose = f"the container that brings files to {service!r}"
            taken = Names.files_container(service)
            Names.report_taken(taken, whose, task.services, self.findings)
        yield from found

    def _report_windows(self, directories: Iterable[DeliveredDirectory]) -> None:
        """Report directories that the image's own files come into first on Windows.

        Those that a step fills are reported with all steps.
        """
        for directory in directories:
            if directory.seeded:
                self.findings.at(*directory.origin).error(
                    "init-windows",
                    "files are brought into a task only on Linux; put them into the image, or run "
                    "the service on linux/amd64",
                )

    def _tell(self, directory: DeliveredDirectory, *, bare: bool) -> None:
        """Say what becomes of the image's own files; a ``bare`` one has no shell to copy them."""
        spot = self.findings.at(*directory.origin)
        path = spot.shown(directory.path, of="target")
        alone = all(file.moved_from for file in directory.files)
        if not (directory.whole or directory.layers[0].copied or alone):
            why = "without a shell in the image, a volume" if bare else f"x-aws-delivery: {HELPER}"
            spot.warn(
                "delivery-hides",
                f"{why} hides what the image has in {path}; only the delivered files are there",
                subject=str(path),
            )
        elif directory.seeded and directory.files and directory.service not in self.shells:
            spot.info(
                "delivery-seeded",
                f"the image's own shell first copies what the image has in {path} into "
                f"each task; for an image without a shell, write x-aws-delivery: {HELPER}",
                subject=str(path),
            )

    def _placed(
        self, file: DeliveredFile, mounted: Mapping[str, str], *, helped: bool
    ) -> DeliveredFile:
        """Move a file if it cannot be where it belongs, and need not be."""
        service = self.app.project.services[file.service]
        fits = not (_hides_guarded(file, helped=helped) or _within_mount(file, mounted))
        return file if fits or not may_move(file, service, mounted) else moved(file, self.findings)

    def _fits(self, file: DeliveredFile, mounted: Mapping[str, str], *, helped: bool) -> bool:
        """Tell whether there can be a volume for a file; report it if not.

        ``mounted`` has the targets of the service's other mounts by their normal paths.
        """
        spot = self.findings.at(*file.origin)
        if _hides_guarded(file, helped=helped):
            spot.error(
                "delivery-target",
                f"a file directly in {spot.shown(directory_of(file), of='target')} cannot be "
                "delivered: ECS mounts directories, and a volume there would hide the image's own; "
                "give the file a target in a directory of its own, such as /config/NAME, or put it "
                "into the image",
            )
            return False
        hit = _within_mount(file, mounted)
        if hit:
            spot.error(
                "delivery-volume",
                f"the file would be within what is mounted at {spot.shown(hit, of='target')}, and "
                "files cannot be mounted there; give it another directory",
            )
        return not hit


def _hides_guarded(file: DeliveredFile, *, helped: bool) -> bool:
    """Tell whether a volume for a file would hide what the container needs."""
    path = directory_of(file)
    copied = path == _SCRATCH and not (helped or file.helped)
    return not copied and _guarded(path, whole=bool(file.directory))


def _within_mount(file: DeliveredFile, mounted: Mapping[str, str]) -> str:
    """Name the target of the mount that a volume for a file would be in; empty if there is none."""
    path = directory_of(file)
    return next((mounted[each] for each in (path, *ancestors(path)) if each in mounted), "")


def _guarded(path: str, *, whole: bool) -> bool:
    """Tell whether a volume at a path would break the container."""
    kernel = any(at_or_below(path, above) for above in _KERNEL)
    return path == "/" or kernel or (path in _GUARDED and not whole)
