"""A workshop: where what pipelines ask for is done, with the simulator as AWS."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import boto3

from tests.places import DEMO, ROOT

DELIVERY = ROOT / "fixtures" / "delivery"
REGION = "us-east-1"
SIGNED_IN = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_REGION": REGION,
    "AWS_SECRET_ACCESS_KEY": "testing",
}
"""The variables with which a job is signed in."""
DOCKER = """\
#!/bin/sh
# A push makes an image in the repository of the simulator.
set -eu
echo "docker $*" >> "$NOTES"
case $1 in
login) cat > /dev/null ;;
push)
    repository=${2#*/}
    aws ecr put-image --repository-name "${repository%:*}" --image-tag "${2##*:}" \\
        --image-manifest-media-type application/vnd.oci.image.manifest.v1+json \\
        --image-manifest "{\\"schemaVersion\\": 2, \\"tag\\": \\"${2##*:}\\"}" > /dev/null ;;
esac
"""
NOTED = """\
#!/bin/sh
echo "$(basename "$0") $*" >> "$NOTES"
"""
PROGRAMS = {"apk": NOTED, "apt-get": NOTED, "docker": DOCKER, "gh": NOTED}
"""What stands for programs that change the machine, or need more than it has."""
INSTALLED = f"""\
#!/bin/sh
# Make an environment with the converter of this tree; what is to be installed into it is there.
[ "$3 $4" = "venv --without-pip" ] || exit 0
mkdir -p "$5/bin"
printf '#!/bin/sh\\nPYTHONPATH={ROOT} exec {sys.executable} "$@"\\n' > "$5/bin/python"
chmod +x "$5/bin/python"
"""
"""What stands for Python where it makes an environment, which test_pipeline.py does in earnest."""
Client = Any


class Stopped(Exception):
    """An action fails, and so does the execution of the pipeline."""


class Workshop(NamedTuple):
    """Where what a pipeline asks for is done."""

    address: str
    """That of the simulator."""
    folder: Path
    """An empty one."""
    packages: Path
    """The package index: a folder of wheels."""

    def client(self, service: str) -> Client:
        """Return a client of the simulator."""
        return boto3.client(
            service,
            REGION,
            endpoint_url=self.address,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    @property
    def notes(self) -> list[str]:
        """Return what was asked of the programs that others stand for."""
        return (self.folder / "notes").read_text(encoding="utf-8").splitlines()

    def variables(self) -> dict[str, str]:
        """Return what every build finds in its environment."""
        programs = self.folder / "programs"
        if not programs.exists():
            programs.mkdir()
            for name, text in PROGRAMS.items():
                (programs / name).write_text(text)
                (programs / name).chmod(0o755)
        path = (programs, Path(sys.executable).parent, os.environ["PATH"])
        return {
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_ENDPOINT_URL": self.address,
            "AWS_PAGER": "",
            "HOME": str(self.folder),
            "NOTES": str(self.folder / "notes"),
            "PATH": ":".join(map(str, path)),
            "PIP_FIND_LINKS": str(self.packages),
            "PIP_NO_COMPILE": "1",  # it takes longer than what is done with the package
            "PIP_NO_INDEX": "1",
            "TMPDIR": str(self.folder),
        }

    def stand_in(self, name: str, text: str) -> None:
        """Let a program stand for another one."""
        self.variables()
        program = self.folder / "programs" / name
        program.write_text(text)
        program.chmod(0o755)

    def run(self, script: str, folder: Path, variables: Mapping[str, str]) -> str:
        """Run a script with bash in a folder; return what it prints, or raise `Stopped`."""
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env={**self.variables(), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if done.returncode:
            raise Stopped(done.stdout + done.stderr)
        return done.stdout + done.stderr

    def deploy(self, name: str, template: Path, **given: str) -> dict[str, str]:
        """Deploy a stack as a person does; return its outputs."""
        words = [f"{key}={value}" for key, value in given.items()]
        command = ["aws", "cloudformation", "deploy", "--stack-name", name]
        command += ["--template-file", str(template), "--capabilities", "CAPABILITY_IAM"]
        command += ["--parameter-overrides", *words] if words else []
        variables = {**self.variables(), **SIGNED_IN}
        subprocess.run(command, env=variables, check=True, capture_output=True)
        (stack,) = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}

    def requirements(self) -> str:
        """Make requirements of all packages, as the head of pipeline.yaml says."""
        text = (DELIVERY / "pipeline.yaml").read_text(encoding="utf-8")
        (recipe,) = re.findall(r"\$\(cd wheels && (.*?paste -sd, -)\)", text, re.DOTALL)
        command = re.sub(r"\n# +", " ", recipe)
        return self.run(command, self.packages, {}).strip()

    def running(self) -> str:
        """Return the image that the service of the frontend runs."""
        ecs = self.client("ecs")
        (cluster,) = ecs.list_clusters()["clusterArns"]
        arns = ecs.list_services(cluster=cluster)["serviceArns"]
        services = ecs.describe_services(cluster=cluster, services=arns)["services"]
        (task,) = [one["taskDefinition"] for one in services if "Frontend" in one["serviceName"]]
        found = ecs.describe_task_definition(taskDefinition=task)["taskDefinition"]
        (image,) = [one["image"] for one in found["containerDefinitions"] if one["essential"]]
        return str(image)


def project(folder: Path, colour: str) -> Path:
    """Copy the demo, as its authors have it, with a button of a colour."""
    shutil.copytree(DEMO.parent / "frontend", folder / "frontend")
    shutil.copy(DEMO, folder)
    (folder / "frontend" / "colour.txt").write_text(f"{colour}\n", encoding="utf-8")
    return folder
