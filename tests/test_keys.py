"""The page of ``x-aws-*`` keys: complete, made of the model, with examples that convert."""

import re

import pytest

from compose2cfn import ComposeError
from compose2cfn.model.meanings import MEANINGS
from tests.key_page import PAGE, converted, effects, example, key_page, keys, warnings, without
from tests.places import PACKAGE

SHOWN = [name for name, meaning in MEANINGS.items() if meaning.example]
REFUSED = {"x-aws-task"}
WARNED = {
    "x-aws-bind_mounts": ["bind-dropped"],
    "x-aws-carrier": ["job-repeats"],
    "x-aws-delivery": ["delivery-hides"],
    "x-aws-securitygroup": ["network-group"],
}
"""What the examples of these keys cannot be without."""


def test_every_key_has_a_meaning() -> None:
    assert list(MEANINGS) == sorted(keys())


def test_no_conversion_needs_the_meanings() -> None:
    files = [file for file in PACKAGE.rglob("*.py") if file.name != "meanings.py"]
    assert [file for file in files if "model.meanings" in file.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("name", MEANINGS)
def test_every_setting_has_a_meaning(name: str) -> None:
    assert set(MEANINGS[name].settings) == set(keys()[name]) - {""}


@pytest.mark.parametrize("name", MEANINGS)
def test_a_meaning_is_whole(name: str) -> None:
    meaning = MEANINGS[name]
    texts = (meaning.text, meaning.default, *meaning.settings.values())
    assert [text for text in texts if not re.fullmatch(r"\S.*\.", text) or "  " in text] == []
    assert all(key.form for key in keys()[name].values())


def test_what_has_no_example_is_refused() -> None:
    assert MEANINGS.keys() - SHOWN == REFUSED
    for name in REFUSED:
        with pytest.raises(ComposeError, match=name):
            converted(f"services: {{web: {{image: nginx, {name}: web}}}}")


@pytest.mark.parametrize("name", SHOWN)
def test_an_example_converts(name: str) -> None:
    assert warnings(converted(example(name))) == WARNED.get(name, [])


@pytest.mark.parametrize("name", SHOWN)
def test_an_example_shows_what_the_key_does(name: str) -> None:
    assert f"{name}:" not in without(name)
    assert effects(name)


def test_the_page_is_made_of_the_model(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update"):
        PAGE.write_text(key_page(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == key_page(), "run pytest --update"
