"""Decide how files reach containers: configs, what bind mounts bring, and scratch."""

from collections.abc import Iterable, Iterator, Mapping
from posixpath import normpath

from compose2cfn.model.app import App
from compose2cfn.plan.files.binds import binds
from compose2cfn.plan.files.configs import configs, helped
from compose2cfn.plan.files.delivered import MOST_BYTES, MOST_FILES, Brought
from compose2cfn.plan.files.directories import Folder, folders, needs, place
from compose2cfn.plan.secrets import SECRETS_DIRECTORY
from compose2cfn.plan.storage.mounts import HELPER, report_policies, within
from compose2cfn.plan.storage.volumes import Storage
from compose2cfn.plan.tasks import Tasks
from compose2cfn.plan.terms.findings import Notes

# What every image fills, and a running container needs as it is or writes to.
_GUARDED = frozenset(
    f"/{folder}"
    for folder in (
        *("", "bin", "etc", "lib", "lib64", "opt/bin", "root/bin", "run", "run/secrets", "sbin"),
        *("tmp", "usr", "usr/bin", "usr/lib", "usr/local", "usr/local/bin", "usr/local/lib"),
        *("usr/local/sbin", "usr/sbin", "var", "var/run"),
    )
)
_KERNEL = ("/dev", "/proc", "/sys")


def deliver(
    app: App, tasks: Tasks, storage: Storage, notes: Notes
) -> Mapping[str, tuple[Folder, ...]]:
    """Decide on the folders of every service, outermost only, sorted by path."""
    report_policies(app, notes)
    found = {}
    for owner, task in tasks.items():
        brought = {
            name: list(binds(app, name, storage.mounts[name], notes)) for name in task.services
        }
        _report_many([file for files in brought.values() for file in files], notes)
        for name, bound in brought.items():
            files = [*bound, *configs(app, name, notes)]
            _report_twice(files, notes)
            found[name] = tuple(_folders(app, name, owner, files, storage, notes))
    return found


def _report_many(brought: list[Brought], notes: Notes) -> None:
    """Report bind mounts that bring more into a task than it holds."""
    total = sum(len(file.content) for file in brought)
    if total > MOST_BYTES or len(brought) > MOST_FILES:
        notes.error(
            "bind-size",
            f"bind mounts bring at most {MOST_FILES} files and {MOST_BYTES} bytes into a task, and "
            f"here are {len(brought)} files and {total} bytes; put them into the image",
            brought[0].origin[:-1],
        )


def _report_twice(files: Iterable[Brought], notes: Notes) -> None:
    """Report two files at one place, or one below another."""
    taken: set[str] = set()
    for file in (file for file in files if not file.folder):
        target = normpath(file.target)
        if any(target == t or within(target, t) or within(t, target) for t in taken):
            about = f"a file stands at {target} already, or above or below it; keep one"
            notes.error("contradiction", about, file.origin)
        taken.add(target)


def _folders(
    app: App, service: str, owner: str, files: list[Brought], storage: Storage, notes: Notes
) -> Iterator[Folder]:
    """Deliver files in the outermost of the directories that they need, where that can be."""
    said = app.project.services[service]
    help_ = helped(said.x_aws_delivery, ("services", service, "x-aws-delivery"), notes)
    taken = [a.target for a in storage.attachments[owner] if a.service == service]
    taken += [m.target for m in storage.memories[owner] if m.service == service]
    taken += [SECRETS_DIRECTORY] if said.secrets else []
    files = [file for file in files if _fits(file, taken, notes)]
    found = needs(files, storage.scratches[service], helped=help_)
    for folder in folders(service, files, found, taken):
        if not (folder.whole or folder.layers[0].copied):
            notes.warn(
                "delivery-hides",
                f"x-aws-delivery: {HELPER} hides what the image has in {folder.path}; only the "
                "delivered files are there",
                folder.origin,
            )
        elif folder.seeded and folder.files:
            notes.info(
                "delivery-seeded",
                f"what the image has in {folder.path} comes first: the image's own shell copies it "
                f"into each task; for an image without a shell write x-aws-delivery: {HELPER}",
                folder.origin,
            )
        yield folder


def _fits(file: Brought, taken: Iterable[str], notes: Notes) -> bool:
    """Tell whether there can be a volume for a file; report it if not."""
    path = place(file)
    if _guarded(path, whole=bool(file.folder)):
        notes.error(
            "delivery-target",
            f"a file directly in {path} cannot be delivered: ECS mounts directories, and a volume "
            "there would hide the image's own; give the file a directory of its own, or put it "
            "into the image",
            file.origin,
        )
        return False
    hit = next((t for t in taken if normpath(t) == path or within(path, t)), "")
    if hit:
        notes.error(
            "delivery-volume",
            f"the file would stand in what is mounted at {hit}, and files cannot be mounted into "
            "that; give it another directory",
            file.origin,
        )
    return not hit


def _guarded(path: str, *, whole: bool) -> bool:
    """Tell whether a volume at a path would break the container."""
    return (
        path == "/"
        or any(path == k or within(path, k) for k in _KERNEL)
        or (path in _GUARDED and not whole)
    )
