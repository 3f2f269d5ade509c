"""Which words of a service are names of hosts."""

import pytest

from compose2cfn.model.service import HealthCheck, Service
from compose2cfn.plan.network.mentions import circle, mentions


def told(variable: str, value: str | None) -> set[str]:
    return set(mentions(Service.model_construct(environment={variable: value})))


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("URL", "http://db"),
        ("DATABASE_URL", "postgres://user:1@db:5432/db2"),
        ("NODENAME", "rabbit@db"),
        ("SERVERS", "a:9092,DB:9092"),
        ("X", "db:$PORT"),
        ("REDIS_HOST", "db"),
        ("discovery.seed_hosts", "a, db"),
        ("ZOO_SERVERS", "server.1=db:2888:3888;2181"),
    ],
)
def test_variables_name_hosts(variable: str, value: str) -> None:
    assert "db" in told(variable, value)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("POSTGRES_USER", "db"),
        ("POSTGRES_DB", "db"),
        ("URL", "postgres://db:1@other/db"),
        ("URL", "http://db.example.com"),
        ("URL", "http://old-db/db"),
        ("NODE_ENV", "production-db"),
        ("JDBC", "x-db:1"),
        ("HOST", None),
    ],
)
def test_variables_hold_other_things(variable: str, value: str | None) -> None:
    assert "db" not in told(variable, value)


@pytest.mark.parametrize(
    "text",
    [
        "mysqladmin ping -h db -u root",
        "mysqladmin ping -hdb",
        "nc -z db 5432",
        "start --join=a,db",
        "start --advertise-addr db",
        "sh -c 'redis-server --replicaof db 6379'",
        "curl -f http://db/health || exit 1",
    ],
)
def test_commands_name_hosts(text: str) -> None:
    check = HealthCheck.model_construct(test=("CMD-SHELL", text))
    assert "db" in {*mentions(Service.model_construct(healthcheck=check))}
    assert "db" in {*mentions(Service.model_construct(command=tuple(text.split())))}
    assert "db" in {*mentions(Service.model_construct(entrypoint=tuple(text.split())))}


@pytest.mark.parametrize("text", ["celery -A app db", "pg_isready -U db", "web-server db", "db 1x"])
def test_commands_have_other_words(text: str) -> None:
    assert "db" not in {*mentions(Service.model_construct(command=tuple(text.split())))}


def test_circles_are_those_who_reach_themselves() -> None:
    looks_for = {"a": "b", "b": "c", "c": "bd", "d": "", "e": "e", "f": "a"}
    assert circle(looks_for) == {"b", "c", "e"}
