"""The demo application: with a real Redis, without one, and in a real browser."""

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from compose2cfn.source.dockerfile import read_dockerfile
from tests.browser import PROGRAM as CHROMIUM
from tests.browser import Browser, browser
from tests.demo import FRONTEND, REDIS, Frontend, free_port, frontend, redis
from tests.places import ROOT

COLOURS = {"blue": "rgb(0, 0, 255)", "green": "rgb(0, 128, 0)"}
TIMES = re.compile(r'<time datetime="(.*?)">\1</time>')

needs_redis = pytest.mark.skipif(not shutil.which(REDIS), reason=f"this machine has no {REDIS}")
needs_chromium = pytest.mark.skipif(
    not shutil.which(CHROMIUM), reason=f"this machine has no {CHROMIUM}"
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Frontend]:
    """Run the application with a Redis of its own."""
    port = free_port()
    with redis(tmp_path, port), frontend(tmp_path / "app.log", port) as running:
        yield running


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Frontend]:
    """Run the application without a Redis."""
    with frontend(tmp_path / "app.log", free_port()) as running:
        yield running


def times(app: Frontend) -> list[str]:
    """List the times on the page."""
    answer = app.ask("/")
    assert answer.status == 200
    return TIMES.findall(answer.text)


def click(app: Frontend) -> None:
    answer = app.ask("/click", "POST")
    assert (answer.status, answer.headers["location"]) == (303, "/")


@needs_redis
def test_clicks_are_stored_and_the_last_are_listed_newest_first(app: Frontend) -> None:
    assert times(app) == []
    assert "Nobody has clicked yet" in app.ask("/").text
    seen: list[str] = []
    for _ in range(12):
        click(app)
        seen = times(app)
        assert seen == sorted(seen, reverse=True)
    assert len(seen) == 10
    newest = datetime.fromisoformat(seen[0])
    assert newest.utcoffset() == timedelta(0)
    assert abs(datetime.now(newest.tzinfo) - newest) < timedelta(minutes=1)


@needs_redis
def test_clicks_survive_the_application_and_redis(tmp_path: Path) -> None:
    port = free_port()
    with redis(tmp_path, port):
        with frontend(tmp_path / "app.log", port) as app:
            click(app)
            click(app)
            stored = times(app)
        assert len(stored) == 2
        with frontend(tmp_path / "app.log", port) as app:
            assert times(app) == stored
    with redis(tmp_path, port), frontend(tmp_path / "app.log", port) as app:
        assert times(app) == stored


@needs_redis
def test_the_page_comes_back_with_redis(tmp_path: Path) -> None:
    port = free_port()
    with frontend(tmp_path / "app.log", port) as app:
        assert app.ask("/").status == 503
        with redis(tmp_path, port):
            click(app)
            assert len(times(app)) == 1
        assert app.ask("/").status == 503
        with redis(tmp_path, port):
            assert len(times(app)) == 1


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("POST", "/click")])
def test_without_redis_the_page_says_so(alone: Frontend, method: str, path: str) -> None:
    answer = alone.ask(path, method)
    assert answer.status == 503
    assert "Redis does not answer" in answer.text
    assert "Nobody has clicked yet" not in answer.text
    log = alone.log.read_text()
    assert "Connection refused" in log
    assert "Traceback" not in answer.text + log


def test_the_load_balancer_keeps_a_task_that_lacks_redis(alone: Frontend) -> None:
    assert alone.ask("/health")[:2] == (200, "ok\n")


def test_the_server_is_the_one_of_the_image(tmp_path: Path) -> None:
    with frontend(tmp_path / "app.log", free_port()) as app:
        assert app.ask("/health").headers["server"] == "gunicorn"
    log = app.log.read_text()
    assert "Using worker: gthread" in log
    assert '"GET /health HTTP/1.1" 200' in log
    assert "Control socket" not in log


def test_only_a_click_stores(alone: Frontend) -> None:
    assert alone.ask("/click").status == 405


@needs_redis
@needs_chromium
@pytest.mark.parametrize("colour", COLOURS)
def test_a_person_clicks(tmp_path: Path, colour: str) -> None:
    program = tmp_path / "frontend"
    shutil.copytree(FRONTEND, program)
    (program / "colour.txt").write_text(f"{colour}\n")
    port = free_port()
    with (
        redis(tmp_path, port),
        frontend(tmp_path / "app.log", port, program) as app,
        browser(tmp_path / "profile") as chromium,
    ):
        chromium.open(f"http://127.0.0.1:{app.port}/")
        assert chromium.texts("li") == []
        assert painted(chromium) == COLOURS[colour]
        for clicks in (1, 2, 3):
            chromium.click("button")
            assert chromium.value("location.pathname") == "/"
            assert chromium.texts("time") == times(app)
            assert len(times(app)) == clicks
        (tmp_path / f"{colour}.png").write_bytes(chromium.picture())


@needs_chromium
def test_a_person_is_told_that_redis_is_away(tmp_path: Path, alone: Frontend) -> None:
    with browser(tmp_path / "profile") as chromium:
        chromium.open(f"http://127.0.0.1:{alone.port}/")
        chromium.click("button")
        [alert] = iter_texts(chromium.texts("[role=alert]"))
        assert alert.startswith("Redis does not answer")
        chromium.click("[role=alert] a")
        assert chromium.value("location.pathname") == "/"


def painted(chromium: Browser) -> object:
    return chromium.value("getComputedStyle(document.querySelector('button')).backgroundColor")


def iter_texts(value: object) -> list[str]:
    assert isinstance(value, list)
    return list(map(str, value))


def test_the_colour_is_one_word_in_one_file() -> None:
    assert (FRONTEND / "colour.txt").read_text() == "blue\n"
    others = [path for path in FRONTEND.rglob("*") if path.is_file() and path.name != "colour.txt"]
    assert [path.name for path in others if "blue" in path.read_text()] == []


def test_the_image_has_all_that_the_application_needs() -> None:
    image = read_dockerfile((FRONTEND / "Dockerfile").read_text())
    assert image
    assert image.base.partition(":")[0] == "public.ecr.aws/docker/library/python"
    files = {path.relative_to(FRONTEND).as_posix() for path in FRONTEND.rglob("*.*")}
    assert files >= {"app.py", "colour.txt", "gunicorn.conf.py", "templates/page.html"}
    assert [file for file in files if not image.holds(file, f"/app/{file}", folder=False)] == []


def test_the_image_has_what_is_tested() -> None:
    pinned = (FRONTEND / "requirements.txt").read_text().splitlines()
    assert [line for line in pinned if not re.fullmatch(r"[\w-]+==[\d.]+", line)] == []
    tested = (ROOT / "pyproject.toml").read_text()
    for name in ("flask", "gunicorn", "redis"):
        [line] = [line for line in pinned if line.lower().startswith(f"{name}==")]
        assert f'"{line.lower()}"' in tested
