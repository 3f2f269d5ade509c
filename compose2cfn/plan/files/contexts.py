"""Tell what the image of a service has of the folder that it is built from."""

from functools import cache
from itertools import islice
from posixpath import join, normpath, relpath

from compose2cfn.limits import LARGEST_DOCKERFILE, MOST_CHECKED
from compose2cfn.model.build import Build
from compose2cfn.plan.files.sources import BindSource, ProjectFolder
from compose2cfn.plan.terms.paths import at_or_below
from compose2cfn.source.dockerfile import BuiltImage, read_dockerfile
from compose2cfn.source.patterns import DockerIgnore, docker_ignore

_FOR_BUILDING = ("Dockerfile", "docker-compose", "compose.", ".dockerignore", ".git", "README")
"""How the names of files begin that no container needs."""


class BuildContext:
    """The folder that a service is built from, and what its Dockerfile makes of it."""

    def __init__(self, build: Build, project: ProjectFolder) -> None:
        self._build = build
        self._project = project
        self._ignored = cache(self._read_ignored)
        self._image = cache(self._read_image)
        self.path = build.context.rstrip("/") or "/"

    def holds(self, source: BindSource) -> bool:
        """Tell whether a source lies in the context, or is the context itself."""
        return at_or_below(source.path, self.path)

    def is_in(self, source: BindSource) -> bool:
        """Tell whether the context itself lies in a source, or is the source."""
        return at_or_below(self.path, source.path)

    def leaves_out(self, source: BindSource) -> bool:
        """Tell whether the patterns of the context leave out a source, with all files in it."""
        key = (self._dockerfile, self.path, source.path)
        known = self._project.left_out_of_images
        if key not in known:
            known[key] = self._leaves_out(self._inner(source.path)) or all(
                self._leaves_out(self._inner(self._whole(file)))
                for file in self._project.files(source.inside)
            )
        return known[key]

    def _leaves_out(self, path: str) -> bool:
        """Tell whether the patterns of the context leave out a path."""
        return self._ignored().leaves_out(path, self._project.effort)

    @property
    def readable(self) -> bool:
        """Tell whether there is a Dockerfile to read."""
        return bool(self._build.dockerfile_inline) or self._text is not None

    @property
    def _text(self) -> str | None:
        if self._build.dockerfile_inline:
            return self._build.dockerfile_inline
        return self._project.read(self._dockerfile, LARGEST_DOCKERFILE)

    @property
    def _dockerfile(self) -> str:
        return normpath(join(self.path, self._build.dockerfile or "Dockerfile"))

    @property
    def base_image(self) -> str:
        """Name the image that the service's own is based on; empty if that is not known."""
        image = self._image()
        return image.base if image else ""

    def covers(self, source: BindSource, target: str, *, folder: bool) -> bool:
        """Tell whether the image surely has a source at a target."""
        read = self._image()
        path = self._inner(source.path)
        image = read.anew() if read else None
        if image is None or self._leaves_out(path):
            return False
        if image.holds("" if path == "." else path, target, folder=folder):
            return True
        return folder and self._covers_files(image, source, target)

    def _covers_files(self, image: BuiltImage, source: BindSource, target: str) -> bool:
        """Tell whether the image has every file of a folder that a container may need."""
        listed = islice(self._project.files(source.inside), MOST_CHECKED + 1)
        files = [self._whole(file) for file in listed]
        wanted = [file for file in files if self._is_wanted(file)]
        return (
            bool(wanted)
            and len(files) <= MOST_CHECKED
            and all(
                image.holds(
                    self._inner(file), join(target, relpath(file, source.path)), folder=False
                )
                for file in wanted
            )
        )

    def _is_wanted(self, file: str) -> bool:
        path = self._inner(file)
        building = not path.startswith("../") and path.startswith(_FOR_BUILDING)
        return not building and not self._leaves_out(path)

    def _read_image(self) -> BuiltImage | None:
        text = self._text
        return (
            text
            if text is None
            else read_dockerfile(
                text,
                target=self._build.target,
                arguments={
                    name: text for name, text in self._build.args.items() if text is not None
                },
                contexts=self._build.additional_contexts,
            )
        )

    def _read_ignored(self) -> DockerIgnore:
        """Read the patterns beside the Dockerfile, else those of the context."""
        own = self._project.read(f"{self._dockerfile}.dockerignore", LARGEST_DOCKERFILE)
        if own is None:
            own = self._project.read(join(self.path, ".dockerignore"), LARGEST_DOCKERFILE)
        return docker_ignore(own or "")

    def _inner(self, path: str) -> str:
        return relpath(path, self.path)

    def _whole(self, path: str) -> str:
        return normpath(join(self._project.directory, path))
