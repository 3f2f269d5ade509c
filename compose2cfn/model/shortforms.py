"""Short forms: pure functions from a text to what it stands for, in full.

A text that is not a short form raises `Malformed`. `text_of` turns a value of YAML back into the
text that Docker Compose makes of it.
"""

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from ipaddress import ip_address

from compose2cfn.model.letters import is_letter

Form = dict[str, object]


class Malformed(ValueError):
    """A text is not a valid short form; ``{text}`` in the message stands for it, quoted."""

    def __init__(self, message: str, text: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.text = text

    def about(self, written: str | None) -> str:
        """Say what is wrong; ``written`` is shown in place of a text that variables gave."""
        return self.message.replace("{text}", _quoted(self.text if written is None else written))


def _quoted(text: str) -> str:
    """Quote a text in a message, cut short."""
    return repr(text if len(text) <= 60 else f"{text[:57]}...")


def text_of(value: object) -> str:
    """Write a scalar the way Docker Compose (Go) does where it needs a text."""
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return _number(value)
    return str(value)


def _number(value: float) -> str:
    """Write a number with the fewest digits: below 1e-4 and from 1e6 on with an exponent."""
    if not value or 1e-4 <= abs(value) < 1e6:
        return repr(value).removesuffix(".0")
    mantissa, _, exponent = f"{Decimal(repr(value)).normalize():e}".partition("e")
    return f"{mantissa}e{int(exponent):+03d}"


def one(text: str) -> list[str]:
    """Read a single text as a list of one."""
    return [text]


# What Go's unicode.IsSpace knows.
_SPACES = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)


def pair(text: str) -> tuple[str, str | None]:
    """Read ``KEY=VALUE`` or ``KEY``."""
    key, sign, value = text.partition("=")
    return key, value if sign else None


def variable(text: str) -> tuple[str, str | None]:
    """Read ``KEY=VALUE`` or ``KEY`` of a list of variables."""
    key, value = pair(text)
    if key and key[-1] in _SPACES:
        raise Malformed("the name of a variable cannot end in a space; write NAME=VALUE")
    return key, value


def name_of(text: str) -> str:
    """Return the part before the equals sign, which identifies an option."""
    return text.partition("=")[0]


def full_pair(text: str) -> tuple[str, str]:
    """Read ``KEY=VALUE``."""
    key, sign, value = text.partition("=")
    if not sign:
        raise Malformed("{text} has no value; write KEY=VALUE", text)
    return key, value


def host(text: str) -> tuple[str, list[str]]:
    """Read ``NAME=ADDRESS`` or ``NAME:ADDRESS``, with several addresses after commas."""
    for separator in "=:":
        name, sign, addresses = text.partition(separator)
        if sign:
            return name, addresses.split(",")
    raise Malformed("{text} has no address; write NAME=ADDRESS", text)


def command(text: str) -> list[str]:
    """Split a command into words as Docker Compose does, which runs no shell.

    It stops at the first unquoted ``;``, ``&``, ``|``, ``<`` or ``>``.
    """
    return _Words().split(text)


def command_end(text: str) -> str:
    """Return the rest of a command, from where it stops; if empty, all of the command counts."""
    words = _Words()
    words.split(text)
    return words.rest


class _Words:
    """The state of splitting: the word so far, and which quotes are open."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.word: str | None = None
        self.open = ""
        self.rest = ""

    def split(self, text: str) -> list[str]:
        letters = iter(text)
        for letter in letters:
            if letter == "\\" and self.open != "'":
                self._escape(next(letters, ""))
            elif letter in " \t\r\n" and not self.open:
                self._end()
            elif letter in ";&|<>" and not self.open:
                if letter == ">" and self.word and self.word[0] in "0123456789":
                    self.word = None
                self.rest = letter + "".join(letters)
                break
            elif letter in "'\"" and self.open in {"", "`", letter}:
                self._quote(letter)
            elif letter in "`()" and self.open in {"", "`", ")"}:
                self._substitute(letter)
            else:
                self._add(letter)
        if self.open:
            raise Malformed("a quote or parenthesis is not closed; write the command as a list")
        self._end()
        return self.words

    def _add(self, letter: str) -> None:
        self.word = (self.word or "") + letter

    def _end(self) -> None:
        if self.word is not None:
            self.words.append(self.word)
        self.word = None

    def _escape(self, letter: str) -> None:
        if not letter:
            raise Malformed("the command ends with a backslash")
        self._add({"t": "\t", "n": "\n"}.get(letter, letter))

    def _quote(self, letter: str) -> None:
        self.word = self.word or ""
        self.open = "" if self.open == letter else letter

    def _substitute(self, letter: str) -> None:
        """Keep ``$(…)`` and backquotes as they are, blanks and all."""
        if letter == "`":
            self.open = "`" if not self.open else "" if self.open == "`" else self.open
        elif self.open != "`":
            if letter == "(" and (self.open or not (self.word or "").endswith("$")):
                raise Malformed("parentheses must be quoted; write the command as a list")
            self.open = ")" if not self.open else ""
        self._add(letter)


def health_test(text: str) -> list[str]:
    """Read a command that a shell runs to check whether a container is healthy."""
    return ["CMD-SHELL", text]


def context(text: str) -> Form:
    """Read the context of a build."""
    return {"context": text}


def extends(text: str) -> Form:
    """Read the service that another one extends."""
    return {"service": text}


def included(text: str) -> Form:
    """Read the file that is included."""
    return {"path": [text]}


def env_file(text: str) -> Form:
    """Read the path of a file with variables."""
    return {"path": text}


def reference(text: str) -> Form:
    """Read the name of a secret or config."""
    return {"source": text}


def gpus(text: str) -> list[Form]:
    """Read ``all``."""
    if text != "all":
        raise Malformed("must be all, or a list of device requests")
    return [{"count": -1}]


def dependency(text: str) -> tuple[str, Form]:
    """Read the name of a service that must have started."""
    return text, {"condition": "service_started", "required": True}


def network_entry(text: str) -> tuple[str, None]:
    """Read the name of a network or language model."""
    return text, None


def ssh_key(text: str) -> tuple[str, str]:
    """Read ``ID=PATH`` or ``default``."""
    key, sign, path = text.partition("=")
    if not sign and text != "default":
        raise Malformed("{text} is not a valid SSH key; write default or ID=PATH", text)
    return key, path


def device(text: str) -> Form:
    """Read ``SOURCE[:TARGET[:PERMISSIONS]]``."""
    match text.split(":"):
        case [source]:
            return {"source": source, "target": source, "permissions": "rwm"}
        case [source, target]:
            return {"source": source, "target": target, "permissions": "rwm"}
        case [source, target, permissions]:
            return {"source": source, "target": target, "permissions": permissions}
    raise Malformed("{text} has too many colons; write SOURCE:TARGET:PERMISSIONS", text)


_PORT = r"[+]?[0-9]{1,9}"
_PROTOCOLS = ("tcp", "udp", "sctp")


def ports(text: str) -> list[Form]:
    """Read ``[[ADDRESS:][PUBLISHED]:]TARGET[/PROTOCOL]``, where the ports may be ranges."""
    *before, target = text.split(":")
    published = before.pop() if before else ""
    address = ":".join(before)
    target, _, protocol = target.partition("/")
    protocol = protocol.lower() or "tcp"
    if protocol not in _PROTOCOLS:
        raise Malformed("{text} is not a valid protocol; write tcp, udp or sctp", protocol)
    if not target:
        raise Malformed("{text} has no container port; write PUBLISHED:TARGET", text)
    first, last = _range(target)
    common = {"mode": "ingress", "host_ip": _address(address), "protocol": protocol}
    hosts: list[str] = [""] * (last - first + 1)
    if published:
        start, end = _range(published)
        if first == last:
            hosts = [f"{start}-{end}" if start != end else str(start)]
        elif end - start == last - first:
            hosts = [str(port) for port in range(start, end + 1)]
        else:
            message = "the ranges in {text} differ in length; write ranges of one length"
            raise Malformed(message, text)
    forms = zip(range(first, last + 1), hosts, strict=True)
    in_order = sorted(forms, key=lambda form: f"{form[0]}/")
    return [
        {
            key: value
            for key, value in (common | {"target": port, "published": host}).items()
            if value
        }
        for port, host in in_order
    ]


def _range(text: str) -> tuple[int, int]:
    first, sign, last = text.partition("-")
    last = last if sign else first
    if not (re.fullmatch(_PORT, first) and re.fullmatch(_PORT, last)):
        message = "{text} is not a valid port; write a number from 1 to 65535, or a range"
        raise Malformed(message, text)
    if not 0 <= int(first) <= int(last) <= 65535:
        message = "{text} is not a valid port or range; write ports from 1 to 65535, lower first"
        raise Malformed(message, text)
    return int(first), int(last)


def _address(text: str) -> str:
    address = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if address and not is_address(address):
        raise Malformed("{text} is not a valid IP address; write e.g. 127.0.0.1:8080:80", text)
    return address


def is_address(text: str) -> bool:
    """Tell whether a text is an IP address, without a zone."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text


_PROPAGATIONS = {"rprivate", "private", "rshared", "shared", "rslave", "slave"}


def mount(text: str) -> Form:
    """Read ``[SOURCE:]TARGET[:OPTIONS]``; what looks like a path is a folder of the host."""
    if not text:
        raise Malformed("is empty; write SOURCE:TARGET")
    if len(text) <= 2:
        return {"type": "volume", "target": text}
    parts = list(_sections(text))
    if not all(parts):
        message = "{text} has nothing between two colons; write SOURCE:TARGET:OPTIONS"
        raise Malformed(message, text)
    match parts:
        case [target]:
            return {"type": "volume", "target": target, "volume": {}}
        case [source, target]:
            return _mount(source, target, ())
        case [source, target, options]:
            return _mount(source, target, options.split(","))
    raise Malformed("{text} has too many colons; write SOURCE:TARGET:OPTIONS", text)


def _mount(source: str, target: str, options: Iterable[str]) -> Form:
    """Make a mount; unknown options are ignored."""
    form: Form = {"source": source, "target": target}
    bind: Form = {}
    volume: Form = {}
    for option in options:
        if option in {"ro", "rw"}:
            form["read_only"] = option == "ro"
        elif option == "nocopy":
            volume["nocopy"] = True
        elif option in _PROPAGATIONS:
            bind["propagation"] = option
        elif option in {"z", "Z"}:
            bind["selinux"] = option
    if path_like(source):
        own: Form = {"type": "bind", "bind": bind | {"create_host_path": True}}
        return form | own | _if("volume", volume)
    return form | {"type": "volume", "volume": volume} | _if("bind", bind)


def _if(key: str, form: Form) -> Form:
    return {key: form} if form else {}


def _sections(text: str) -> Iterator[str]:
    """Split at colons, but not behind the single letter of a Windows drive."""
    section, *rest = text.split(":")
    for part in rest:
        if len(section) == 1 and is_letter(section):
            section += ":" + part
        else:
            yield section
            section = part
    yield section


def path_like(source: str) -> bool:
    """Tell a path from the name of a volume."""
    return source.startswith((".", "/", "~", "\\\\")) or (
        source[1:2] == ":" and is_letter(source[0])
    )


def ulimit(text: str) -> Form:
    """Read one number for both limits."""
    return {"single": text}


def schedule(text: str) -> Form:
    """Read when a job runs."""
    return {"cron": text}
