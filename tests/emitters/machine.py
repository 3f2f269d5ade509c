"""A stand-in for a task: runs what prepares it with the shell of this machine, in one folder."""

import os
import shlex
import subprocess
from pathlib import Path

from compose2cfn import Memory, Result, convert
from tests.simulator.template import Properties

COMPOSE = "/compose/"
"""Where the volumes of a task are while they are filled."""


def converted(text: str, files: dict[str, str | bytes] | None = None) -> Result:
    """Convert a Compose file and the files beside it, all in memory."""
    return convert("compose.yaml", files=Memory({"compose.yaml": text, **(files or {})}))


class Machine:
    """A folder in place of the root of the containers of one task."""

    def __init__(self, folder: Path, result: Result, service: str = "app") -> None:
        self.folder = folder
        template = result.to_dict()
        resources = template["Resources"]
        assert isinstance(resources, dict)
        task = resources[f"{service.capitalize()}TaskDefinition"]["Properties"]
        self.containers: dict[str, Properties] = {
            container["Name"]: container for container in task["ContainerDefinitions"]
        }
        self.service = self.containers[service]
        (folder / "resolv.conf").touch()
        (folder / "hosts").touch()

    def image(self, files: dict[str, str | bytes]) -> None:
        """Put files into the image of the service."""
        for name, content in files.items():
            path = self.folder / name.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def prepare(self, **variables: str) -> None:
        """Run the containers that prepare the task; raises if one of them fails."""
        for name in sorted(self.containers):
            if name != self.service["Name"]:
                done = self.run(name, **variables)
                assert done.returncode == 0, done.stderr

    def run(self, name: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run one of these containers."""
        container = self.containers[name]
        (script,) = container["Command"]
        for mount in container.get("MountPoints", ()):
            self.within(mount["ContainerPath"]).mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": os.environ["PATH"],
            "HOSTS": str(self.folder / "hosts"),
            "RESOLV_CONF": str(self.folder / "resolv.conf"),
            **{
                variable["Name"]: str(variable["Value"])
                for variable in container.get("Environment", ())
            },
            **variables,
        }
        return subprocess.run(
            [*container["EntryPoint"], self.moved(script)],
            env=environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def moved(self, script: str) -> str:
        """Let a script work in the folder alone; one that would leave it is not run."""
        roots = [
            COMPOSE,
            *(mount["ContainerPath"] for mount in self.service.get("MountPoints", ())),
        ]
        for root in sorted(roots, key=len, reverse=True):
            if root == COMPOSE:
                script = script.replace(root, f"{self.folder}{root}")
            else:
                for call in ("seed", "populate"):
                    where = f"{call} {shlex.quote(root)}"
                    script = script.replace(where, f"{call} {self.quoted(root)}")
        words = shlex.shlex(script, posix=True, punctuation_chars=True)
        words.whitespace_split = True
        outside = [
            word
            for word in words
            if word.startswith("/") and not word.startswith((f"{self.folder}/", "/dev/null"))
        ]
        assert outside == []
        return script

    def quoted(self, path: str) -> str:
        """Quote a path of the container as one of the folder."""
        return shlex.quote(f"{self.folder}{path}")

    def within(self, path: str) -> Path:
        """Find a path of a container in the folder."""
        return self.folder / path.lstrip("/")

    def found(self, target: str) -> dict[str, bytes]:
        """Read what the service finds in a volume at a path, by names within it."""
        root = self.volume(target)
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file()
        }

    def volume(self, target: str) -> Path:
        """Find the folder in place of the volume that the service mounts at a path."""
        (name,) = [
            mount["SourceVolume"]
            for mount in self.service["MountPoints"]
            if mount["ContainerPath"] == target
        ]
        (here,) = {
            mount["ContainerPath"]
            for container in self.containers.values()
            if container is not self.service
            for mount in container.get("MountPoints", ())
            if mount["SourceVolume"] == name and mount["ContainerPath"].startswith(COMPOSE)
        }
        return self.within(here)
