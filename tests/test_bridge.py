"""What `docker compose bridge convert` hands over converts; nothing is opened, no secret shown."""

from base64 import b64encode
from pathlib import Path

import pytest

from compose2cfn import ComposeError, Diagnostic, Memory, convert, load
from compose2cfn.__main__ import main
from compose2cfn.files import Entry
from compose2cfn.limits import LARGEST_FILE

MODEL = """
name: shop
services:
  web:
    command: null
    configs:
      - {source: site, target: /etc/nginx/conf.d/site.conf}
      - {source: motd, target: /etc/motd.d/motd}
    entrypoint: null
    environment: {PRICE: 5$, HOME_OF: "${HOME}"}
    expose: ["80"]
    image: nginx:1.27
    networks: {default: null}
    secrets:
      - {source: token, target: /run/secrets/token}
      - {source: key, target: /run/secrets/key}
networks:
  default: {name: shop_default}
secrets:
  key: {name: shop_key, environment: KEY, content: c0ntent-of-key}
  token: {name: shop_token, file: /home/me/shop/token.txt, content: c0ntent-of-token}
configs:
  motd: {name: shop_motd, environment: MOTD, content: "Hello $$you"}
  site: {name: shop_site, file: /home/me/shop/site.conf, content: "try_files $uri;"}
"""
TOLD = ("c0ntent-of-key", "c0ntent-of-token")
SECRETS = (*TOLD, *(b64encode(text.encode()).decode() for text in TOLD))


class Watched(Memory):
    """Files that note which of them are opened."""

    def __init__(self, text: str) -> None:
        super().__init__({"/in/compose.yaml": text, "/home/me/shop/site.conf": "other"})
        self.seen: list[str] = []

    def read(self, path: str, limit: int = LARGEST_FILE, *, below: str = "") -> bytes:
        self.seen.append(path)
        return super().read(path, limit, below=below)

    def kind(self, path: str, *, below: str = "") -> Entry:
        self.seen.append(path)
        return super().kind(path, below=below)


def refusals(text: str) -> list[Diagnostic]:
    with pytest.raises(ComposeError) as caught:
        convert("compose.yaml", files=Memory({"compose.yaml": text}))
    return list(caught.value.diagnostics)


def test_content_counts_and_no_file_is_opened() -> None:
    files = Watched(MODEL)
    result = convert("/in/compose.yaml", files=files)
    assert not [path for path in files.seen if path.startswith("/home")]
    written = result.to_yaml()
    assert b64encode(b"try_files $uri;").decode() in written
    assert b64encode(b"other").decode() not in written
    shown = [each for each in result.diagnostics if each.code == "config-shown"]
    assert ["'MOTD'" in each.message for each in shown] == [True]


def test_no_secret_reaches_anything() -> None:
    app = load("compose.yaml", files=Memory({"compose.yaml": MODEL}))
    result = convert("compose.yaml", files=Memory({"compose.yaml": MODEL}))
    for text in (repr(app), result.to_json(), repr(result.diagnostics), repr(result.sources)):
        assert not [each for each in SECRETS if each in text]


def test_dollar_signs_are_no_variables() -> None:
    files = Memory({"compose.yaml": MODEL})
    app = load("compose.yaml", files=files, environment={"HOME": "/root", "uri": "x", "you": "y"})
    assert app.project.services["web"].environment == {"PRICE": "5$", "HOME_OF": "${HOME}"}
    contents = {name: config.content for name, config in app.project.configs.items()}
    assert contents == {"motd": "Hello $$you", "site": "try_files $uri;"}


@pytest.mark.parametrize("file", ["/home/me/.aws/credentials", "/home/me/shop/.env", "/x/tls.key"])
def test_the_content_of_a_credential_is_refused(file: str) -> None:
    [found] = refusals(MODEL.replace("/home/me/shop/site.conf", file))
    assert (found.code, found.path) == ("config-secret", ("configs", "site", "file"))


def test_a_private_key_is_refused() -> None:
    key = "-----BEGIN PRIVATE KEY-----"
    [found] = refusals(MODEL.replace("try_files $uri;", key))
    assert found.code == "config-secret"


@pytest.mark.parametrize(
    ("written", "other"),
    [
        ("name: shop\n", ""),
        ("name: shop_site, ", ""),
        ("/home/me/shop/site.conf", "./site.conf"),
        ("/home/me/shop/token.txt", "token.txt"),
    ],
)
def test_what_an_author_wrote_is_refused_as_by_docker_compose(written: str, other: str) -> None:
    text = MODEL.replace(written, other)
    assert text != MODEL
    codes = {each.code for each in refusals(text)}
    assert codes >= {"contradiction", "unknown-key"}


def test_config_refuses_it_as_docker_compose_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "compose.yaml"
    file.write_text(MODEL, encoding="utf-8")
    assert main(["-f", str(file), "config"], {}) == 1
    said = capsys.readouterr()
    assert "[contradiction]" in said.err
    assert "c0ntent" not in said.err + said.out
    assert main(["-f", str(file)], {}) == 0
