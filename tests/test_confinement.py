"""With a root, nothing outside it is read: by no path, no link, no trick of time."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from unittest.mock import patch

import pytest

from compose2cfn import Disk
from compose2cfn.files import LONGEST_NAME, LONGEST_PATH, Entry, Kind
from compose2cfn.root import Linked, Outside

SECRET = "c2VudGluZWw"
"""What stands outside."""


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
    """Make a link; give its path from the root."""
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
    with pytest.raises(FileNotFoundError):
        Disk(root / "nothing")
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
    "a name that is too long": "é" * (LONGEST_NAME // 2 + 1),
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
