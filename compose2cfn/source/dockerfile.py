"""Read from a Dockerfile which files of the build context are in the image, and where.

What is not surely known counts as not being there: files that come from other images or contexts or
from the network, destinations that depend on an unknown image, patterns over folders, heredocs.
https://docs.docker.com/reference/dockerfile/
"""

import re
from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping
from posixpath import basename, join, normpath, relpath

from compose2cfn.limits import LONGEST_PATH, MOST_COPIES, MOST_STAGES, MOST_VARIABLES
from compose2cfn.model.frozen import Record
from compose2cfn.source.dockerfile_syntax import (
    Instruction,
    expand,
    instructions,
    unquoted,
    words_of,
)
from compose2cfn.source.patterns import has_wildcards, stands_for

_ARCHIVE = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_REMOTE = r"(?i)[a-z0-9+.-]+://|git@"
_AT_TOP = frozenset(
    {
        *("scratch", "alpine", "debian", "ubuntu", "busybox", "node", "python", "nginx", "ruby"),
        *("openjdk", "eclipse-temurin", "amazoncorretto", "rust"),
    }
)
"""Images whose working directory is the top."""


class _Copy(Record):
    """A copy into an image: of the context, or of an earlier stage."""

    sources: tuple[str, ...]
    """Paths in the context without a slash at the beginning, or in the stage with one."""
    target: str
    """Absolute."""
    into: bool
    """Whether files come into the target, not in its place."""
    stage: int | None
    """None for the context."""
    unpacks: bool


class _Copies:
    """The copies of a stage, found by what they are about: there can be thousands."""

    def __init__(self, copies: Iterable[_Copy]) -> None:
        self._whole: dict[str, list[_Copy]] = {}
        """Copies of the context, by the paths that they name."""
        self._patterns: list[tuple[_Copy, str]] = []
        """Those of what a pattern stands for."""
        self._below: dict[str, list[tuple[_Copy, str]]] = {}
        """Copies of stages, by their targets."""
        self._into: dict[str, list[tuple[_Copy, str]]] = {}
        """Those into folders, by where they put what they name."""
        for copy in copies:
            for source in copy.sources:
                self._add(copy, source)

    def _add(self, copy: _Copy, source: str) -> None:
        if copy.stage is None and has_wildcards(source):
            self._patterns.append((copy, source))
        elif copy.stage is None:
            self._whole.setdefault(source, []).append(copy)
        elif not has_wildcards(source):
            self._below.setdefault(copy.target, []).append((copy, source))
            if copy.into:
                self._into.setdefault(join(copy.target, basename(source)), []).append(
                    (copy, source)
                )

    def of_context(self, path: str) -> Iterator[tuple[_Copy, str]]:
        """List the copies that may bring a path of the context, and what they name."""
        for folder in _upwards(path, ""):
            yield from ((copy, folder) for copy in self._whole.get(folder, ()))
        yield from self._patterns

    def of_stages(self, at: str) -> Iterator[tuple[int | None, str]]:
        """List the places of earlier stages that may be brought to a place."""
        for folder in _upwards(at, "/"):
            for copy, source in self._below.get(folder, ()):
                yield copy.stage, normpath(join(source, relpath(at, folder)))
        yield from ((copy.stage, source) for copy, source in self._into.get(at, ()))


def _upwards(path: str, top: str) -> Iterator[str]:
    """Name a path and the folders above it, up to the top."""
    yield top
    names = path.split("/")
    for count in range(1, len(names) + 1):
        folder = "/".join(names[:count])
        if folder not in {"", top}:
            yield folder


class _Stage(Record):
    base: int | None
    """The earlier stage that it begins with."""
    copies: _Copies
    folder: str | None
    """The working directory at the end; None if it is unknown."""
    environment: Mapping[str, str]
    image: str = ""
    """The image that it begins with, or empty: it is an earlier stage, or unknown."""


class BuiltImage:
    """What a Dockerfile makes: an image in which files of the build context are."""

    def __init__(self, stages: tuple[_Stage, ...], last: int) -> None:
        self._stages = stages
        self._last = last
        self._steps = 0

    def anew(self) -> "BuiltImage":
        """Give the same image, of which nothing has been asked."""
        return BuiltImage(self._stages, self._last)

    @property
    def base(self) -> str:
        """Name the image that it is based on; empty if that is not known."""
        number: int | None = self._last
        image = ""
        while number is not None:
            image, number = self._stages[number].image, self._stages[number].base
        return image

    def holds(self, path: str, at: str, *, folder: bool) -> bool:
        """Tell whether the image surely has a path of the context at a place.

        ``path`` is relative to the context, and empty for the context itself. A folder is there if
        all that is in it is.
        """
        question = _Question(self._stages, path, folder=folder, left=MOST_COPIES - self._steps)
        found = question.holds(self._last, normpath(at))
        self._steps += question.steps
        return found


def read_dockerfile(
    text: str,
    *,
    target: str = "",
    arguments: Mapping[str, str] | None = None,
    contexts: Collection[str] = (),
) -> BuiltImage | None:
    """Read a Dockerfile up to its stage ``target``; None if there is no such stage, or too many.

    ``arguments`` are the build arguments of the caller, ``contexts`` the names of additional ones,
    which hide stages and images of their names.
    """
    reading = _Reading(arguments or {}, frozenset(contexts))
    for instruction in instructions(text):
        reading.take(instruction)
        if len(reading.stages) > MOST_STAGES:
            return None
    stages = tuple(reading.ended())
    last = reading.number(target) if target else len(stages) - 1
    return BuiltImage(stages, last) if last is not None and last >= 0 else None


_LEVELS = 16
"""Folders above a path that count as one more step: most paths have fewer."""


class _Question:
    """One question about an image; the steps to answer it are counted."""

    def __init__(self, stages: tuple[_Stage, ...], path: str, *, folder: bool, left: int) -> None:
        self.stages = stages
        self.left = left
        self.path = path
        self.folder = folder
        self.steps = 0
        self.seen: set[tuple[int, str]] = set()

    def holds(self, stage: int | None, at: str) -> bool:
        """Tell whether a stage has the path at a place; the stages that it is made of are asked."""
        asked: list[tuple[int | None, str]] = [(stage, at)]
        while asked and self.steps < self.left:
            number, place = asked.pop()
            if number is None or (number, place) in self.seen or len(place) > LONGEST_PATH:
                continue
            self.seen.add((number, place))
            here = self.stages[number]
            for copy, source in here.copies.of_context(self.path):
                self.steps += 1
                if place in self._places(copy, source):
                    return True
            taken = [*here.copies.of_stages(place)]
            self.steps += len(taken) + 1 + place.count("/") // _LEVELS
            asked += [*taken, (here.base, place)]
        return False

    def _places(self, copy: _Copy, source: str) -> Iterator[str]:
        """List where a copy of one source surely puts the path."""
        inside = join(copy.target, basename(self.path))
        if has_wildcards(source):
            alike = stands_for(source.split("/"), self.path.split("/"))
            if alike and copy.into and not (self.folder or copy.unpacks):
                yield inside
        elif self.path != source or self.folder:
            if _is_within(self.path, source):
                yield normpath(join(copy.target, relpath(self.path or ".", source or ".")))
        elif not copy.unpacks or not source.endswith(_ARCHIVE):
            yield inside if copy.into else copy.target


def _is_within(path: str, folder: str) -> bool:
    return not folder or folder == "/" or f"{path}/".startswith(f"{folder}/")


class _Reading:
    """The stages of a Dockerfile as they are read."""

    def __init__(self, arguments: Mapping[str, str], contexts: frozenset[str]) -> None:
        self.arguments = arguments
        self.contexts = contexts
        self.stages: list[_Stage] = []
        self.names: dict[str, int] = {}
        self.copies: list[_Copy] = []
        self.folders: set[str] = {"/"}
        """The directories of the stage that are surely there."""
        self.folder: str | None = None
        self.base: int | None = None
        self.image = ""
        self.outer: dict[str, str] = {}
        """The arguments before the first stage."""
        self.inner: dict[str, str] = {}
        """The arguments of the stage."""
        self.environment: dict[str, str] = {}
        """The variables of the stage, which count more."""
        self.begun = False

    @property
    def variables(self) -> ChainMap[str, str]:
        """What can be put into the instructions of a stage."""
        return ChainMap(self.environment, self.inner)

    def take(self, instruction: Instruction) -> None:
        """Read one instruction; those that say nothing about files are passed over."""
        match instruction.word:
            case "FROM":
                self._from(instruction.rest)
            case "ARG":
                self._argument(instruction.rest)
            case "ENV" if self.begun:
                self._set(instruction.rest)
            case "WORKDIR" if self.begun:
                self._enter(instruction.rest)
            case "COPY" | "ADD" if self.begun and not instruction.heredoc:
                self._copy(instruction)

    def ended(self) -> Iterable[_Stage]:
        """End the last stage, and list all."""
        if self.begun:
            self._end()
        return self.stages

    def number(self, name: str) -> int | None:
        """Find a stage by its name or number."""
        if name.lower() in self.names:
            return self.names[name.lower()]
        number = int(name) if name.isascii() and name.isdigit() and len(name) < 6 else -1
        return number if 0 <= number < len(self.stages) else None

    def _end(self) -> None:
        stage = _Stage(
            base=self.base,
            copies=_Copies(self.copies),
            folder=self.folder,
            environment=dict(self.environment),
            image=self.image,
        )
        self.stages.append(stage)

    def _from(self, rest: str) -> None:
        words = [word for word in rest.split() if not word.startswith("--")]
        if self.begun:
            self._end()
        self.begun = True
        image = expand(words[0], self.outer) if words else None
        known = image is not None and image not in self.contexts
        self.base = self.names.get((image or "").lower()) if known else None
        self.image = image if known and image and self.base is None else ""
        under = self.stages[self.base] if self.base is not None else None
        at_top = known and under is None and _image_name(image or "") in _AT_TOP
        self.copies, self.folders = [], {"/"}
        self.folder = under.folder if under else ("/" if at_top else None)
        self.inner, self.environment = {}, dict(under.environment) if under else {}
        if len(words) == 3 and words[1].lower() == "as":
            self.names[words[2].lower()] = len(self.stages)

    def _argument(self, rest: str) -> None:
        """Read an argument: the caller's value counts, then the default, then the one above."""
        for word in rest.split():
            name, given, default = word.partition("=")
            written = expand(unquoted(default), self.variables if self.begun else self.outer)
            value = self.arguments.get(name, written if given else self.outer.get(name))
            declared = self.inner if self.begun else self.outer
            declared.pop(name, None)
            if value is not None:
                declared[name] = value

    def _set(self, rest: str) -> None:
        """Read variables: pairs, or one name with all that follows."""
        words = rest.split()
        if words and "=" not in words[0]:
            words = [f"{words[0]}={rest[len(words[0]) :].strip()}"]
        for word in words:
            name, _, value = word.partition("=")
            expanded = expand(unquoted(value), self.variables)
            self.inner.pop(name, None)
            self.environment.pop(name, None)
            if expanded is not None and len(self.environment) < MOST_VARIABLES:
                self.environment[name] = expanded

    def _enter(self, rest: str) -> None:
        self.folder = self._absolute(unquoted(rest.strip()))
        if self.folder:
            self.folders.add(self.folder)

    def _absolute(self, path: str) -> str | None:
        """Make a path of the image absolute; None if that is not known, or no path is so long."""
        said = expand(path, self.variables)
        if not said or not (said.startswith("/") or self.folder):
            return None
        whole = join(self.folder or "/", said)
        return normpath(whole) if len(whole) <= LONGEST_PATH else None

    def _copy(self, instruction: Instruction) -> None:
        """Read a copy; one with an unknown part brings nothing that is sure."""
        options, words = words_of(instruction.rest)
        unknown = {"--exclude", "--parents"} & options.keys()
        if unknown or len(words) < 2:
            return
        stage = None
        if "--from" in options:
            name = expand(options["--from"], ChainMap(self.environment, self.inner, self.outer))
            stage = self.number(name) if name and name not in self.contexts else None
            if stage is None or stage >= len(self.stages):
                return
        *said, last = words
        target = self._absolute(last)
        sources = [expand(each, self.variables) for each in said]
        if target is None:
            return
        self.copies.append(
            _Copy(
                sources=tuple(_source(each, stage) for each in sources if _is_local(each)),
                target=target,
                into=len(said) > 1 or last.endswith(("/", "/.")) or target in self.folders,
                stage=stage,
                unpacks=instruction.word == "ADD",
            )
        )


def _source(path: str | None, stage: int | None) -> str:
    """Write a source as it is looked up: the top of the context is empty."""
    found = normpath(f"/{path}")
    found = f"/{found.lstrip('/')}"
    return found if stage is not None else found[1:]


def _is_local(source: str | None) -> bool:
    return bool(source) and not re.match(_REMOTE, source or "")


def _image_name(image: str) -> str:
    """Name a well-known image without its tag."""
    official = image.removeprefix("docker.io/").removeprefix("library/")
    return official.partition("@")[0].partition(":")[0]
