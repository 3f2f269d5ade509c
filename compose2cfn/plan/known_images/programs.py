"""Tell from what a service runs whether it is the server that its image is known for.

The image of a database is also that of its clients: a container of it may dump the database, or
create topics and end.
"""

import re
from collections.abc import Iterator
from posixpath import basename

from compose2cfn.model.service import Service

_SHELLS = frozenset({"ash", "bash", "dash", "sh", "zsh"})
_SEPARATOR = r"&&|\|\||[;&|(){}\n`]"
_COMMENT = r"(?m)^\s*#.*$"
_LEADING = (
    r"(?:(?:if|then|else|elif|while|until|do|!|exec|time|dumb-init|tini|--)\s+"
    r"|(?:gosu|su-exec)\s+\S+\s+"
    r"|[A-Za-z_]\w*=\S*\s+)*"
)
"""What may come before a program: words of the shell, programs that change the user, variables."""
_NEUTRAL = frozenset(
    {
        *("", ".", ":", "[", "[[", "bash", "break", "cat", "cd", "chgrp", "chmod", "chown", "cp"),
        *("date", "done", "echo", "esac", "exit", "export", "false", "fi", "find", "for", "grep"),
        *("kill", "ls", "mkdir", "mv", "nc", "printf", "read", "rm", "sed", "set", "sh", "shift"),
        *("sleep", "tail", "test", "touch", "trap", "true", "unset", "wait", "xargs"),
    }
)
"""What any script may run, and what does not serve anything."""
_CLIENT = (
    r"psql|pg_(?:dump|dumpall|restore|basebackup|isready)|pgbench|createdb|dropdb|createuser"
    r"|mysql|mysql(?:dump|admin|import|check|sh)|mariadb|mariadb-(?:dump|admin|import|check)"
    r"|mongo|mongosh|mongo(?:dump|restore|import|export)|(?:redis|valkey|keydb)-cli|cqlsh|nodetool"
    r"|kafka-(?!server-start)[a-z-]+(?:\.sh)?|kafkacat|kcat|cub|rabbitmq(?:ctl|admin)"
    r"|clickhouse-client|influx|etcdctl|mc|cypher-shell|curl|wget|elasticsearch-[a-z-]+|sqlcmd"
)
"""What queries a server, or prepares something for one."""


def runs_server(service: Service) -> bool:
    """Tell whether a service runs the usual program of its image.

    It does, unless everything that it runs is known to do something else.
    """
    programs = tuple(_programs(service))
    others = (name for name in programs if name not in _NEUTRAL)
    return not programs or not all(re.fullmatch(_CLIENT, name) for name in others)


def _programs(service: Service) -> Iterator[str]:
    """Name the programs that a service runs in place of that of its image.

    Arguments of a program are named too, except options.
    """
    words = (*(service.entrypoint or ()), *(service.command or ()))
    if not words or words[0].startswith("-"):
        return
    if basename(words[0]) not in _SHELLS:
        yield _program(" ".join(words))
        return
    script = next((word for word in words[1:] if not word.startswith(("-", "+"))), "")
    for command in re.split(_SEPARATOR, re.sub(_COMMENT, "", script)):
        yield _program(command.strip())


def _program(command: str) -> str:
    """Name the program that a command runs, without its directory."""
    first, *_ = [*re.sub(_LEADING, "", command, count=1).split(), ""]
    return basename(first.strip("\"'"))
