"""The command line of a pipeline that does not trust who wrote the files."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from compose2cfn.__main__ import main
from tests.processes import command_line

COMPOSE = "services: {web: {image: 'web:${TAG-}', environment: {HOME: , TAG: , PWD: }}}\n"
SECRET = "c2VudGluZWw"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Make a folder with a project, and in the folder above what is not to be read."""
    folder = tmp_path / "checkout"
    (folder / "app").mkdir(parents=True)
    (folder / "compose.yaml").write_text(COMPOSE)
    (folder / "app" / "compose.yaml").write_text("services: {app: {image: app}}\n")
    (tmp_path / "compose.yaml").write_text(f"services: {{web: {{image: {SECRET}}}}}\n")
    (tmp_path / ".env").write_text(f"TAG={SECRET}\n")
    return folder


class Done:
    """What a run left behind."""

    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err
        assert SECRET not in out + err
        assert "Traceback" not in err

    @property
    def services(self) -> dict[str, dict[str, object]]:
        """What ``config`` printed of services."""
        assert self.status == 0, self.err
        found: dict[str, dict[str, object]] = json.loads(self.out)["services"]
        return found


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Return a way to run command lines in a folder, in this process."""

    def command(folder: Path, *arguments: str, **variables: str) -> Done:
        monkeypatch.chdir(folder)
        capfd.readouterr()
        for name in os.environ:
            monkeypatch.delenv(name)
        for name, value in {"PWD": str(folder), **variables}.items():
            monkeypatch.setenv(name, value)
        try:
            status = main(arguments)
        except SystemExit as usage:
            status = int(str(usage.code))
        return Done(status, *capfd.readouterr())

    return command


CONFIG = ("config", "--format", "json")


def test_the_root_is_where_a_run_stands(checkout: Path, run: Run) -> None:
    assert "web" in run(checkout, *CONFIG, "--root", ".").services
    assert "app" in run(checkout, *CONFIG, "--root", ".", "-f", "app/compose.yaml").services


def test_the_root_may_be_above(checkout: Path, run: Run) -> None:
    assert "app" in run(checkout / "app", *CONFIG, "--root", "..").services
    (checkout / "app" / "compose.yaml").unlink()
    assert "web" in run(checkout / "app", *CONFIG, "--root", "..").services
    (checkout / "compose.yaml").unlink()
    done = run(checkout / "app", *CONFIG, "--root", "..")
    assert (done.status, done.out) == (1, "")
    assert "[missing-file]" in done.err


def test_a_root_elsewhere_is_where_paths_start(checkout: Path, run: Run) -> None:
    for elsewhere in (checkout.parent, Path("/")):
        assert "web" in run(elsewhere, *CONFIG, "--root", str(checkout)).services
        done = run(elsewhere, *CONFIG, "--root", str(checkout), "-f", "app/compose.yaml")
        assert "app" in done.services


def test_a_root_may_be_reached_by_a_link(checkout: Path, run: Run) -> None:
    link = checkout.parent / "shop"
    link.symlink_to("checkout")
    done = run(link, *CONFIG, "--root", ".")
    assert json.loads(done.out)["name"] == json.loads(run(link, *CONFIG).out)["name"] == "shop"
    assert done.services["web"]["environment"] == {"HOME": None, "PWD": str(link), "TAG": None}
    assert json.loads(run(link, *CONFIG, "--root", ".", "--no-env").out)["name"] == "checkout"
    assert "app" in run(link / "app", *CONFIG, "--root", str(checkout)).services
    assert "app" in run(link / "app", *CONFIG, "--root", "..").services


@pytest.mark.parametrize("arguments", [("-f", "../compose.yaml"), ("--env-file", "../.env")])
def test_nothing_outside_the_root_is_read(
    arguments: tuple[str, ...], checkout: Path, run: Run
) -> None:
    done = run(checkout, "--root", ".", *arguments)
    assert (done.status, done.out) == (1, "")
    assert "is outside the root" in done.err
    assert "[outside-root]" in done.err


def test_what_a_pipeline_writes_may_be_outside_the_root(checkout: Path, run: Run) -> None:
    out = checkout.parent / "template.yaml"
    assert run(checkout, "--root", ".", "-o", str(out)).status == 0
    assert run(checkout, "--root", ".", "--check", str(out)).status == 0


WAYS_OUT: dict[str, Callable[[Path], object]] = {
    "a link": lambda out: out.symlink_to("../private"),
    "a link to an absolute path": lambda out: out.symlink_to(out.parent.parent / "private"),
    "a link to what is not there": lambda out: out.symlink_to("../absent"),
    "a pipe": os.mkfifo,
}


@pytest.mark.parametrize("option", ["-o", "--check"])
@pytest.mark.parametrize("make", WAYS_OUT.values(), ids=WAYS_OUT)
def test_no_output_is_led_out_of_the_root(
    make: Callable[[Path], object], option: str, checkout: Path, run: Run
) -> None:
    """A name in the checkout is its authors': they may put there what they like."""
    private = checkout.parent / "private"
    private.write_text(SECRET)
    make(checkout / "out.yaml")
    (checkout / "up").symlink_to("..")
    named = [checkout / "out.yaml", Path("out.yaml"), Path("up/checkout/out.yaml")]
    for path in named:
        done = run(checkout, "--root", ".", option, str(path))
        assert (done.status, done.out) == (2, "")
        assert f"{path}: " in done.err
    assert private.read_text() == SECRET
    assert not (checkout.parent / "absent").exists()


def test_what_the_caller_names_outside_is_written(checkout: Path, run: Run) -> None:
    link = checkout.parent / "link.yaml"
    link.symlink_to("real.yaml")
    for option in ("-o", "--check"):
        assert run(checkout, "--root", ".", option, "../link.yaml").status == 0
    assert "WebService" in (checkout.parent / "real.yaml").read_text()
    (checkout / "inner.yaml").symlink_to("app/inner.yaml")
    for option in ("-o", "--check"):
        assert run(checkout, "--root", ".", option, "inner.yaml").status == 0
    assert "WebService" in (checkout / "app" / "inner.yaml").read_text()


@pytest.mark.parametrize("root", ["nothing", "compose.yaml", ""])
def test_a_root_must_be_a_folder(root: str, checkout: Path, run: Run) -> None:
    done = run(checkout, "--root", root)
    assert (done.status, done.out) == (2, "")
    assert f"--root {root}: " in done.err
    assert "usage:" in done.err


def test_without_variables_none_is_seen(checkout: Path, run: Run) -> None:
    seen = {"TAG": "1", "HOME": "/home/me", "COMPOSE_FILE": "app/compose.yaml"}
    assert "app" in run(checkout, *CONFIG, **seen).services
    del seen["COMPOSE_FILE"]
    web = run(checkout, *CONFIG, **seen).services["web"]
    assert web["environment"] == {"HOME": "/home/me", "PWD": str(checkout), "TAG": "1"}
    unseen = {**seen, "COMPOSE_FILE": "app/compose.yaml", "COMPOSE_PROJECT_NAME": "mine"}
    for root in ((), ("--root", ".")):
        done = run(checkout, *CONFIG, "--no-env", *root, **{**unseen, "PWD": "/"})
        assert done.services["web"]["environment"] == {
            "HOME": None,
            "PWD": str(checkout),
            "TAG": None,
        }
        assert json.loads(done.out)["name"] == "checkout"


def test_env_names_the_variables_that_are_seen(checkout: Path, run: Run) -> None:
    seen = {"TAG": "1", "HOME": "/home/me", "COMPOSE_FILE": "app/compose.yaml"}
    web = run(checkout, *CONFIG, "--env", "TAG", **seen).services["web"]
    assert web["image"] == "web:1"
    assert web["environment"] == {"HOME": None, "PWD": str(checkout), "TAG": "1"}
    web = run(checkout, *CONFIG, "--env", "TAG", "--env", "HOME", **seen).services["web"]
    assert web["environment"] == {"HOME": "/home/me", "PWD": str(checkout), "TAG": "1"}
    assert "app" in run(checkout, *CONFIG, "--env", "COMPOSE_FILE", **seen).services
    assert run(checkout, *CONFIG, "--env", "UNSET", **seen).services["web"]["image"] == "web:"


def test_env_is_a_file_of_the_project(checkout: Path, run: Run) -> None:
    (checkout / ".env").write_text("TAG=2\nCOMPOSE_PROJECT_NAME=filed\n")
    for options in (("--no-env",), ("--env", "HOME"), ("--no-env", "--root", ".")):
        done = run(checkout, *CONFIG, *options, TAG="1", COMPOSE_PROJECT_NAME="mine")
        assert done.services["web"]["image"] == "web:2"
        assert json.loads(done.out)["name"] == "filed"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--env", "TAG=s3cr3t"), "write --env TAG"),
        (("--env", ""), "write --env NAME"),
        (("--env", "=s3cr3t"), "write --env NAME"),
        (("--env", "TAG", "--no-env"), "not allowed with argument"),
        (("--refuse", "x-aws-rol"), "did you mean 'x-aws-role'?"),
        (("--refuse", "rights,x-aws-exec"), "there is no key 'rights,x-aws-exec' to refuse"),
        (("config", "--refuse", "right"), "did you mean 'rights'?"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], said: str, checkout: Path, run: Run) -> None:
    done = run(checkout, *arguments)
    assert (done.status, done.out) == (2, "")
    assert said in done.err
    assert "usage:" in done.err
    assert "s3cr3t" not in done.err


@pytest.mark.parametrize("command", ["convert", "config"])
def test_keys_are_refused(command: str, checkout: Path, run: Run) -> None:
    (checkout / "compose.yaml").write_text(
        "services:\n  web:\n    image: a\n    x-aws-role: arn:aws:iam::123456789012:role/a\n"
    )
    assert run(checkout, command).status == 0
    assert run(checkout, command, "--refuse", "x-aws-policies").status == 0
    for words in (["x-aws-role"], ["rights"], ["x-aws-exec", "x-aws-role"]):
        options = [part for word in words for part in ("--refuse", word)]
        done = run(checkout, command, *options)
        assert (done.status, done.out) == (1, "")
        assert done.err.startswith("compose.yaml:4:5: error: services.web.x-aws-role: ")
        assert done.err.endswith("[key-forbidden]\n")


def test_standard_input_is_the_callers(checkout: Path) -> None:
    options = ("--root", ".", "--no-env", "-f", "-")
    done = command_line(
        checkout, *options, stdin="services: {web: {image: a}}", COMPOSE_FILE="nothing"
    )
    assert done.returncode == 0
    assert "WebService" in done.stdout
