"""Locks on volumes that only one task may write to at a time."""

from collections.abc import Iterator, Mapping

from compose2cfn.plan.containers import LOCK_CONTAINER
from compose2cfn.plan.make import Plan
from compose2cfn.plan.storage import VolumeLock
from compose2cfn.plan.terms.names import INIT
from compose2cfn.plan.terms.values import ref
from compose2cfn.stack.items import (
    ContainerPart,
    InitStep,
    Item,
    RoleKind,
    RolePart,
    Stage,
    TaskPart,
    emitter,
)
from compose2cfn.stack.mounts import (
    CLIENT_MOUNT,
    CLIENT_WRITE,
    access_point,
    allow_through,
    task_volume,
)

_LOCK = "/compose/lock"
"""Where the container that holds a lock mounts the directory of its file."""
_HELD = "/compose/held"
"""Where it leaves a mark as soon as it has the lock, for what prepares the task."""

# A shell notices a signal while it waits for a child, not while a program runs in the foreground:
# so the container ends when ECS tells it to. NFS gives an exclusive lock only on a file that is
# open for writing; the lock belongs to the open file, which only the shell keeps.
HOLD = f"""\
set -eu
trap 'exit 0' TERM INT
exec 9>>{_LOCK}/lock
echo waiting for the lock
flock 9 &
wait $!
echo holding the lock
: > {_HELD}/locked
while :; do
  sleep 3600 9>&- &
  wait $!
done
"""
"""Takes a lock, and holds it until the shell ends."""
WAIT = """\
trap 'exit 143' TERM
until [ -e {mark}/locked ]; do
  sleep 1 &
  wait $!
done
"""
"""Waits until a lock is held."""


@emitter("volumes.*.driver_opts")
def locks(plan: Plan) -> Iterator[Item]:
    """Let a task wait for the lock of an exclusive volume, and hold it until it has stopped."""
    for lock in plan.storage.locks:
        yield access_point(lock.file_system, lock.access_point)
        yield _permission(lock)
        yield from _container(plan, lock)


def _permission(lock: VolumeLock) -> RolePart:
    """Let a task open the file of a lock."""
    found, actions = lock.file_system, [CLIENT_MOUNT, CLIENT_WRITE]
    policies = {f"lock-{found.volume}": allow_through([lock.access_point.id], found, actions)}
    return RolePart(lock.owner, RoleKind.TASK, policies, origin=("services", lock.owner))


def _container(plan: Plan, lock: VolumeLock) -> Iterator[Item]:
    """Run the container that holds a lock, and let everything else wait for it.

    It is enough that the services start after it: ECS stops them before it, too. That it has the
    lock is not said by a health check, which gives up after some time, and which would keep the
    task from being healthy if others have none.
    """
    origin = ("volumes", lock.file_system.volume)
    volumes = [task_volume(lock.file_system, lock.access_point), {"Name": lock.mark}]
    yield TaskPart(lock.owner, {"Volumes": volumes}, origin)
    holder = {**_holder(lock), **_health(plan, lock.owner)}
    yield ContainerPart(lock.owner, lock.container, holder, origin)
    after = {"DependsOn": [{"ContainerName": lock.container, "Condition": "START"}]}
    mark = f"{_HELD}/{lock.container}"
    seen = _mounted(lock.mark, mark, read_only=True)
    yield ContainerPart(lock.owner, INIT, {**after, "MountPoints": [seen]}, origin)
    yield InitStep(lock.owner, Stage.LOCKS, lock.container, WAIT.format(mark=mark), origin)
    for service in lock.services:
        yield ContainerPart(service, plan.names.container(service), after, origin)


def _holder(lock: VolumeLock) -> Mapping[str, object]:
    """Write the container that holds a lock."""
    return {
        "Image": ref(LOCK_CONTAINER.image.id),
        "EntryPoint": list(LOCK_CONTAINER.entry_point),
        "Command": [HOLD],
        "Essential": LOCK_CONTAINER.essential,
        "User": LOCK_CONTAINER.user,
        "MountPoints": [
            _mounted(lock.access_point.task_volume, _LOCK, read_only=False),
            _mounted(lock.mark, _HELD, read_only=False),
        ],
    }


def _mounted(volume: str, path: str, *, read_only: bool) -> Mapping[str, object]:
    return {"ContainerPath": path, "SourceVolume": volume, "ReadOnly": read_only}


def _health(plan: Plan, owner: str) -> Mapping[str, object]:
    """Write a health check that always succeeds, where the health of a task is checked at all.

    ECS knows the health of a task only if all its essential containers that it waits for have a
    check. This one says nothing about the lock: a task that waits for it is not unhealthy.
    """
    if plan.containers.tasks[owner].health_checked:
        return {"HealthCheck": {"Command": ["CMD", "true"]}}
    return {}
