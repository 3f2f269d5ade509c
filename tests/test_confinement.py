"""With a root, nothing outside it is read: by no path, no link, no trick of time."""

import os
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from threading import Event, Thread
from unittest.mock import patch

import pytest

from compose2cfn import ComposeError, Disk, convert, load
from compose2cfn.files import Entry, Kind
from compose2cfn.limits import LONGEST_PATH, LONGEST_STEP
from compose2cfn.root import Linked, Outside

SECRET = "c2VudGluZWw"
"""What is outside."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Make a root, with a file that may be read inside and one that may not beside it."""
    folder = tmp_path / "root"
    (folder / "sub" / "deep").mkdir(parents=True)
    (folder / "inside").write_text("inside")
    (folder / "sub" / "deep" / "inside").write_text("deep")
    (tmp_path / "outside").write_text(SECRET)
    (tmp_path / "rooted").mkdir()
    (tmp_path / "rooted" / "outside").write_text(SECRET)
    return folder


LEADING_OUT: dict[str, Callable[[Path], str]] = {
    "a step up": lambda _: "../outside",
    "a step up from a folder": lambda _: "sub/../../outside",
    "a step up that is not there": lambda _: "../nothing",
    "an absolute path": lambda root: str(root.parent / "outside"),
    "an absolute path with steps": lambda root: f"{root}/../outside",
    "a folder whose name begins alike": lambda root: f"{root}ed/outside",
    "the top": lambda _: "/",
    "a link": lambda root: linked(root / "link", "../outside"),
    "a link to an absolute path": lambda root: linked(root / "link", root.parent / "outside"),
    "a link to what is not there": lambda root: linked(root / "link", "/nothing"),
    "a link to a folder": lambda root: linked(root / "link", "..") + "/outside",
    "a link in a folder": lambda root: linked(root / "sub" / "link", "../../outside"),
    "a link over a link": lambda root: linked(root / "link", linked(root / "second", "../outside")),
    "a link over a folder and up": lambda root: linked(root / "link", "sub/deep/../../../outside"),
}


def linked(link: Path, to: str | Path) -> str:
    """Make a link; return its path from the root."""
    link.symlink_to(to)
    return str(link).rpartition("/root/")[2]


@pytest.mark.parametrize("leading", LEADING_OUT.values(), ids=LEADING_OUT)
def test_what_leads_out_is_not_read(leading: Callable[[Path], str], root: Path) -> None:
    path = leading(root)
    disk = Disk(root)
    with pytest.raises(Outside, match="outside the root"):
        disk.read(path)
    with pytest.raises(Outside):
        disk.list(path)
    assert disk.kind(path) == Entry(Kind.OUTSIDE)


STAYING: dict[str, Callable[[Path], str]] = {
    "a path": lambda _: "inside",
    "an absolute path": lambda root: f"{root}/inside",
    "a way out and back": lambda root: f"../{root.name}/inside",
    "an absolute way out and back": lambda root: f"{root}/../{root.name}/sub/../inside",
    "a link": lambda root: linked(root / "link", "inside"),
    "a link up": lambda root: linked(root / "sub" / "link", "../inside"),
    "a link to an absolute path": lambda root: linked(root / "link", root / "inside"),
    "a link to a folder": lambda root: linked(root / "link", "sub/deep") + "/../../inside",
    "a link out and back": lambda root: linked(root / "link", f"../{root.name}/inside"),
    "a link to the root": lambda root: linked(root / "link", root) + "/link/inside",
    "many dots": lambda _: "./sub/.//./../sub/deep/../../inside",
}


@pytest.mark.parametrize("staying", STAYING.values(), ids=STAYING)
def test_what_stays_inside_is_read(staying: Callable[[Path], str], root: Path) -> None:
    path = staying(root)
    disk = Disk(root)
    assert disk.read(path) == b"inside"
    assert disk.kind(path) == Entry(Kind.FILE, 6, (root / path).is_symlink())


def test_a_root_may_be_called_by_a_link(root: Path) -> None:
    name = root.parent / "name"
    name.symlink_to(root)
    disk = Disk(name)
    assert disk.directory == str(root)
    for path in ("inside", f"{name}/inside", f"{root}/inside"):
        assert disk.read(path) == b"inside"
    with pytest.raises(Outside):
        disk.read(f"{name}/../outside")


def test_a_root_must_be_a_folder(root: Path) -> None:
    for missing in (root / "nothing", ""):
        with pytest.raises(FileNotFoundError):
            Disk(missing)
    with pytest.raises(NotADirectoryError):
        Disk(root / "inside")


def test_the_whole_machine_may_be_a_root(root: Path) -> None:
    assert Disk("/").read(str(root / "inside")) == b"inside"
    assert Disk("/").read("/.." + str(root / "sub" / ".." / "inside")) == b"inside"


def test_a_folder_is_listed(root: Path) -> None:
    (root / "link").symlink_to("sub")
    for path in ("sub", "sub/", "link", "link/.", "sub/deep/.."):
        assert Disk(root).list(path) == ("deep",)
    assert Disk(root).list(".") == Disk(root).list(str(root)) == ("inside", "link", "sub")
    with pytest.raises(NotADirectoryError):
        Disk(root).list("inside")


def test_a_file_is_no_folder(root: Path) -> None:
    for path in ("inside/", "inside/.", "inside/x", "inside/../inside"):
        assert Disk(root).kind(path) == Disk().kind(f"{root}/{path}") == Entry(Kind.ABSENT)
        with pytest.raises(NotADirectoryError):
            Disk(root).read(path)


def test_links_in_a_circle_end(root: Path) -> None:
    (root / "one").symlink_to("two")
    (root / "two").symlink_to("one")
    with pytest.raises(OSError, match="symbolic links"):
        Disk(root).read("one")
    assert Disk(root).kind("one") == Entry(Kind.ABSENT)


def test_no_link_is_followed_below_a_folder(root: Path) -> None:
    (root / "sub" / "link").symlink_to("deep")
    (root / "sub" / "file").symlink_to("deep/inside")
    (root / "name").symlink_to("sub")
    for disk in (Disk(root), Disk(directory=None)):
        for folder in (root / "sub", root / "name"):
            assert disk.read(f"{folder}/deep/inside", below=str(folder)) == b"deep"
            assert disk.kind(f"{folder}/deep/inside", below=str(folder)) == Entry(Kind.FILE, 4)
            for path in (f"{folder}/link/inside", f"{folder}/file"):
                assert disk.kind(path, below=str(folder)) == Entry(Kind.OTHER, link=True)
                with pytest.raises(Linked, match="links are not followed"):
                    disk.read(path, below=str(folder))
        assert disk.read(str(root / "name" / "link" / "inside")) == b"deep"


def test_a_folder_that_may_only_be_gone_through_is(root: Path) -> None:
    (root / "sub").chmod(0o111)
    try:
        assert Disk(root).read("sub/deep/inside") == b"deep"
    finally:
        (root / "sub").chmod(0o755)


PLAIN: dict[str, Callable[[Path], None]] = {
    "a pipe": os.mkfifo,
    "a folder": Path.mkdir,
    "a device": lambda path: path.symlink_to("/dev/zero"),
    "the kernel's log": lambda path: path.symlink_to("/proc/kmsg"),
    "variables of the process": lambda path: path.symlink_to("/proc/self/environ"),
}


@pytest.mark.parametrize("make", PLAIN.values(), ids=PLAIN)
@pytest.mark.parametrize("confined", [False, True])
def test_only_regular_files_are_read(
    make: Callable[[Path], None], root: Path, *, confined: bool
) -> None:
    make(root / "odd")
    disk = Disk("/") if confined else Disk()
    path = str(root / "odd")
    with pytest.raises(OSError, match="not a regular file"):
        disk.read(path)
    assert disk.kind(path).kind is not Kind.FILE


def test_a_file_that_grows_is_bounded(root: Path) -> None:
    assert Disk(root).read("inside", 6) == b"inside"
    with pytest.raises(OSError, match="inside has more than 5 bytes"):
        Disk(root).read("inside", 5)


NAMELESS = {
    "a NUL": "a\0b",
    "half a character": "\ud800",
    "a path that is too long": "a/" * (LONGEST_PATH // 2) + "aa",
    "a name that is too long": "é" * (LONGEST_STEP // 2 + 1),
}


@pytest.mark.parametrize("path", NAMELESS.values(), ids=NAMELESS)
def test_what_no_file_can_be_called_is_refused_before_anybody_looks(
    path: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disks = (Disk(root), Disk())
    for name in ("open", "stat", "lstat", "readlink"):
        monkeypatch.delattr(os, name)
    for disk in disks:
        assert disk.kind(path) == Entry(Kind.ABSENT)
        for use in (disk.read, disk.list):
            with pytest.raises(OSError, match=r"a path|no file"):
                use(path)


def test_the_longest_path_is_walked_once(root: Path) -> None:
    levels = (LONGEST_PATH - len(str(root)) - 2) // 16
    folder = root.joinpath(*["d" * 15] * levels)
    folder.mkdir(parents=True)
    (folder / "f").write_text("found")
    disk = Disk(root)
    with patch.object(os, "stat", wraps=os.stat) as looked:
        assert disk.read(f"{folder}/f", below=str(root)) == b"found"
        assert disk.kind(f"{folder}/f", below=str(root)) == Entry(Kind.FILE, 5)
    assert 2 * levels < looked.call_count < 2 * levels + 10


@pytest.mark.parametrize("there", [False, True])
def test_a_bind_mount_as_deep_as_can_be_is_decided_at_once(root: Path, *, there: bool) -> None:
    levels = (LONGEST_PATH - len(str(root)) - 10) // 16
    deep = "/".join(["d" * 15] * levels)
    if there:
        (root / deep).mkdir(parents=True)
    disk = Disk(root)
    text = f"services: {{web: {{image: a, volumes: ['./{deep}:/data:ro']}}}}"
    (root / "compose.yaml").write_text(text)
    with patch.object(os, "stat", wraps=os.stat) as looked:
        found = convert(files=disk).diagnostics
    assert [each.code for each in found if each.code.startswith("bind")] == ["bind-volume"]
    assert looked.call_count < 5 * levels + 100


def test_a_path_that_is_too_long_is_told(root: Path) -> None:
    for name in ("d" * 256, "d/" * 2100):
        for naming in NAMING.values():
            found = said(root, naming.replace("{PATH}", name), inside_yaml=INSIDE)
            if "required: false" in naming:
                continue
            assert "a path has at most 4095 bytes, and each name in it 255 [missing-file]" in found


def test_links_whose_ways_are_long_end(root: Path) -> None:
    (root / "sub" / "x").mkdir()
    for number in range(39):
        (root / "sub" / f"l{number}").symlink_to("x/../" * 800 + f"l{number + 1}")
    (root / "sub" / "l39").write_text("found")
    began = time.process_time()
    with pytest.raises(OSError, match="symbolic links"):
        Disk(root).read("sub/l0")
    assert time.process_time() - began < 1
    assert Disk(root).read("sub/l38") == b"found"


@pytest.fixture
def renaming(root: Path) -> Iterator[Path]:
    """Exchange a folder of the root for a link that leads out, again and again."""
    (root / "swap").mkdir()
    (root / "swap" / "outside").write_text("inside")
    (root / "real").symlink_to(root.parent)
    done = Event()

    def exchange() -> None:
        while not done.is_set():
            (root / "swap").rename(root / "kept")
            (root / "real").rename(root / "swap")
            (root / "swap").rename(root / "real")
            (root / "kept").rename(root / "swap")

    thread = Thread(target=exchange)
    thread.start()
    yield root
    done.set()
    thread.join()


def test_a_folder_that_becomes_a_link_does_not_lead_out(renaming: Path) -> None:
    disk = Disk(renaming)
    seen: set[object] = set()
    end = time.monotonic() + 2
    while time.monotonic() < end:
        try:
            seen.add(disk.read("swap/outside"))
        except OSError as error:
            seen.add(type(error))
    assert SECRET.encode() not in seen
    assert b"inside" in seen
    assert len(seen) > 1  # it was exchanged meanwhile, or this shows nothing


def said(root: Path, compose: str, **files: str) -> str:
    """Convert what is in the root; return the findings, in which nothing of outside may be."""
    (root / "compose.yaml").write_text(compose)
    for name, text in files.items():
        (root / name.replace("_", ".")).write_text(text)
    try:
        result = convert(files=Disk(root))
    except ComposeError as error:
        found, made = error.diagnostics, ""
    else:
        found, made = result.diagnostics, result.to_yaml()
    text = "\n".join(map(str, found))
    assert SECRET not in made + text
    return text


NAMING = {
    "include": "include: [{PATH}]",
    "its env_file": "include: [{path: inside.yaml, env_file: {PATH}}]",
    "one of several": "include: [{path: [inside.yaml, {PATH}]}]",
    "extends": "services: {web: {extends: {file: {PATH}, service: web}}}",
    "env_file": "services: {web: {image: a, env_file: {PATH}}}",
    "env_file that may be absent": (
        "services: {web: {image: a, env_file: [{path: {PATH}, required: false}]}}"
    ),
    "raw env_file": "services: {web: {image: a, env_file: [{path: {PATH}, format: raw}]}}",
    "label_file": "services: {web: {image: a, label_file: {PATH}}}",
}
INSIDE = "services: {inside: {image: a}}"


@pytest.mark.parametrize("naming", NAMING.values(), ids=NAMING)
@pytest.mark.parametrize("path", ["../outside", "{PARENT}/outside", "link", "up/outside"])
def test_no_key_reads_outside(naming: str, path: str, root: Path) -> None:
    (root / "link").symlink_to("../outside")
    (root / "up").symlink_to("..")
    path = path.replace("{PARENT}", str(root.parent))
    text = "x-first:\n" + naming.replace("{PATH}", path)
    (found,) = said(root, text, inside_yaml=INSIDE).splitlines()
    entry = f"{{path: {path}," if "env_file: [" in naming else path  # by which env_file is placed
    column = text.splitlines()[1].index(entry) + 1
    assert found.startswith(f"compose.yaml:2:{column}: error: ")
    assert f"{Path(path).name} is outside the root" in found
    assert found.endswith("[outside-root]")


@pytest.mark.parametrize("path", ["..", "up", "up/rooted"])
def test_no_project_directory_is_outside(path: str, root: Path) -> None:
    (root / "up").symlink_to("..")
    (root.parent / ".env").write_text(f"TAG={SECRET}")
    text = f"include: [{{path: inside.yaml, project_directory: {path}}}]"
    found = said(root, text, inside_yaml="services: {inside: {image: 'a:${TAG}'}}")
    assert f"compose.yaml:1:{text.index(path) + 1}: error: include[0]: {path} is outside" in found
    with pytest.raises(ComposeError, match=rf"^error: {path} is outside the root"):
        convert(project_directory=path, files=Disk(root))


@pytest.mark.parametrize("key", ["configs", "secrets"])
def test_no_config_is_outside(key: str, root: Path) -> None:
    """A secret may be said to be anywhere: nobody reads it."""
    (root / "link").symlink_to("../outside")
    for path in ("../outside", "link"):
        text = "services: {web: {image: a, KEY: [{source: x, target: /x/y}]}}\nKEY: {x: {file: %s}}"
        found = said(root, text.replace("KEY", key) % path)
        assert ("compose.yaml:2:15: error: configs.x.file: " in found) is (key == "configs")
        assert ("[config-outside]" in found) is (key == "configs")


def test_no_bind_mount_is_outside(root: Path) -> None:
    (root / "link").symlink_to("../outside")
    (root / "folder").mkdir()
    (root / "folder" / "link").symlink_to("../../outside")
    (root / "folder" / "file").write_text("text")
    mount = "services: {web: {image: a, volumes: ['%s:/data/x:ro']}}"
    assert "error: services.web.volumes[0]: links are not followed" in said(root, mount % "./link")
    assert "warning: services.web.volumes[0]: ../outside becomes" in said(
        root, mount % "../outside"
    )
    assert "links are left out: folder/link" in said(root, mount % "./folder")


def test_env_is_not_read_outside(root: Path) -> None:
    (root.parent / "outside").write_text(f"TAG={SECRET}")
    (root / ".env").symlink_to("../outside")
    found = said(root, "services: {web: {image: 'a:${TAG}'}}")
    assert found == f"error: .env is outside the root, {REASON} [outside-root]"
    (root / ".env").unlink()
    (root / "sub" / ".env").symlink_to("../../outside")
    (root / "sub" / "compose.yaml").write_text(INSIDE)
    assert said(root, "include: [sub/compose.yaml]") == (
        f"compose.yaml:1:11: error: sub/.env is outside the root, {REASON} [outside-root]"
    )


REASON = "and nothing outside is read; copy it into the root, or choose a root that holds it"


def test_compose_file_in_env_does_not_lead_out(root: Path) -> None:
    (root.parent / "outside").write_text(f"services: {{web: {{image: {SECRET}}}}}")
    (root / "link").symlink_to("../outside")
    for path in ("../outside", "link"):
        found = said(root, INSIDE, _env=f"# ours\nCOMPOSE_FILE=compose.yaml:{path}\n")
        assert (
            found == ".env:2:1: error: what COMPOSE_FILE names is outside the root, "
            f"{REASON} [outside-root]"
        )
    with pytest.raises(ComposeError, match=r"^error: \.\./outside is outside the root"):
        convert(environment={"COMPOSE_FILE": "../outside"}, files=Disk(root))


def test_nobody_searches_above_the_root(root: Path) -> None:
    (root.parent / "compose.yaml").write_text(f"services: {{web: {{image: {SECRET}}}}}")
    (root.parent / ".env").write_text(f"TAG={SECRET}")
    with pytest.raises(ComposeError, match=r"^error: there is no compose.yaml in the working dir"):
        convert(files=Disk(root))
    with pytest.raises(ComposeError, match=r"^error: there is no compose.yaml in "):
        convert(project_directory="sub/deep", files=Disk(root))
    (root / "compose.yaml").symlink_to("../compose.yaml")
    with pytest.raises(ComposeError, match=r"^error: compose.yaml is outside the root"):
        convert(files=Disk(root))


@pytest.mark.parametrize("path", ["../outside", "link", "up/outside"])
def test_what_the_caller_names_is_not_read_outside(path: str, root: Path) -> None:
    (root / "link").symlink_to("../outside")
    (root / "up").symlink_to("..")
    with pytest.raises(ComposeError, match=rf"^error: {path} is outside the root"):
        convert(path, files=Disk(root))
    (root / "compose.yaml").write_text(INSIDE)
    with pytest.raises(ComposeError, match=rf"^error: {path} is outside the root"):
        convert(env_files=[path], files=Disk(root))


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"compose.yaml": "include: ['-']"}, "compose.yaml:1:11: error: "),
        ({"compose.yaml": "include: [{path: compose.yaml, env_file: '-'}]"}, "compose.yaml:1:"),
        ({"compose.yaml": "services: {a: {extends: {file: '-', service: a}}}"}, "compose.yaml:1:"),
        ({"compose.yaml": "services: {a: {image: a, env_file: '-'}}"}, "compose.yaml:1:"),
        ({"compose.yaml": "services: {a: {image: a, label_file: '-'}}"}, "compose.yaml:1:"),
        ({"compose.yaml": INSIDE, ".env": "\nCOMPOSE_FILE=-"}, ".env:2:1: error: COMPOSE_FILE=- "),
        ({"compose.yaml": INSIDE, ".env": "COMPOSE_FILE=compose.yaml:-"}, ".env:1:1: error: "),
    ],
)
@pytest.mark.parametrize("confined", [False, True])
def test_only_the_caller_reads_standard_input(
    files: dict[str, str],
    place: str,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    confined: bool,
) -> None:
    for name, text in files.items():
        (root / name).write_text(text)
    monkeypatch.chdir(root)
    stdin = Unread()
    disk = Disk(root, stdin=stdin) if confined else Disk(stdin=stdin)
    with pytest.raises(ComposeError) as caught:
        convert(files=disk)
    assert str(caught.value).startswith(place)
    with pytest.raises(ComposeError, match=r"\./- .*\[missing-file\]"):
        convert(env_files=["-"], files=disk)


class Unread(BytesIO):
    """Standard input that nobody may wait for."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError(size)


def test_a_file_may_be_called_like_standard_input(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(root)
    (root / "compose.yaml").write_text("include: ['-']")
    (root / "-").write_text(INSIDE)
    for disk in (Disk(stdin=Unread()), Disk(root, stdin=Unread())):
        assert list(load(files=disk).project.services) == ["inside"]


def test_the_caller_reads_standard_input(root: Path) -> None:
    for paths, environment in ((["-"], {}), ([], {"COMPOSE_FILE": "-"})):
        disk = Disk(root, stdin=BytesIO(INSIDE.encode()))
        app = load(*paths, environment=environment, files=disk)
        assert list(app.project.services) == ["inside"]


def test_what_is_no_file_in_a_mounted_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        "services: {web: {image: a, volumes: ['./data:/data:ro']}}"
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "one.txt").write_text("one")
    os.mkfifo(tmp_path / "data" / "pipe")
    with pytest.raises(ComposeError) as raised:
        convert(str(tmp_path / "compose.yaml"))
    (found,) = (one for one in raised.value.diagnostics if one.code == "bind-refused")
    assert found.path == ("services", "web", "volumes", 0)
    assert "data/pipe: devices, pipes and sockets cannot be delivered" in found.message
