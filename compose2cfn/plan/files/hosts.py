"""Recognise what only a host has: its engine, its kernel, its clock, its system folders."""

import re
from posixpath import normpath

from compose2cfn.model.service import Service

_SOCKET = r"(^|/)(docker|podman|containerd)\.sock(\.raw)?$"
_CLOCK = r"/etc/(localtime|timezone)|/usr/share/zoneinfo(/.*)?"
_KERNEL = r"/(dev|proc|sys)(/.*)?"
_SYSTEM = (
    r"/|/(etc|home|root|var|var/lib|var/log)"
    r"|/(bin|boot|lib|lib64|run|sbin|usr|var/run|var/lib/(docker|containers|containerd))(/.*)?"
)

_ON_OWN = "host on EC2 instances of your own (x-aws-capacity: {ami: ami-...})"
_ROUTER = (
    "the load balancer takes its place: name hosts and paths with x-aws-route and a certificate "
    "with x-aws-certificate"
)
_CERTIFICATES = (
    "AWS Certificate Manager renews certificates by itself; name one with x-aws-certificate"
)
_LOGS = "the logs of all containers are in CloudWatch Logs, and logging: sends them elsewhere"
_INSTEAD: tuple[tuple[str, str], ...] = (
    (r"traefik|nginx-proxy|docker-gen|caddy-docker-proxy|swag", _ROUTER),
    (r"acme-companion|letsencrypt-nginx-proxy-companion|acme\.sh|certbot", _CERTIFICATES),
    (
        r"watchtower|ouroboros|diun|whats-up-docker|wud",
        "ECS replaces containers when the template names a new image",
    ),
    (r"portainer(-ce|-ee)?|yacht|dockge", "the console of Amazon ECS shows services and tasks"),
    (r"docker-autoheal|autoheal", "ECS replaces containers that fail their healthcheck"),
    (r"dozzle|logspout|promtail|fluent-bit|fluentd|vector|filebeat|alloy", _LOGS),
    (
        r"cadvisor|telegraf|node-exporter|datadog-agent|agent",
        "CloudWatch Container Insights measures containers",
    ),
    (r"ofelia|docker-cron", "a schedule of Amazon EventBridge starts tasks"),
)
"""What takes the place of images that talk to the engine, by the last part of their names."""


def is_engine(source: str) -> bool:
    """Tell whether a path is the socket of a container engine."""
    return bool(re.search(_SOCKET, source))


def is_clock(source: str) -> bool:
    """Tell whether a path holds the time zone of a host."""
    return bool(re.fullmatch(_CLOCK, normpath(source)))


def engine_refused(service: Service) -> str:
    """Say that there is no engine, and what takes the place of a service that needs one."""
    name = service.image.partition("@")[0].rpartition("/")[2].partition(":")[0].lower()
    place = next((text for images, text in _INSTEAD if re.fullmatch(images, name)), "")
    instead = f"; {place}" if place else ""
    return (
        f"ECS has no Docker engine to talk to{instead}; leave the service out with profiles, or "
        "write x-aws-bind_mounts: drop if it does not need one"
    )


def system_refused(source: str, shown: str) -> str:
    """Say what a path of the host's own system is, as messages show it; empty for any other."""
    path = normpath(f"/{source.lstrip('/')}")
    if re.fullmatch(_KERNEL, path):
        return (
            f"{shown} belongs to the kernel of a host, and a task shares none; measure with "
            "CloudWatch Container Insights, write x-aws-bind_mounts: drop if the service runs "
            f"without it, or {_ON_OWN}"
        )
    if re.fullmatch(_SYSTEM, path):
        return (
            f"{shown} belongs to the system of a host, and Fargate has no host; put the files that "
            "are needed into the image, write x-aws-bind_mounts: drop if the service runs without "
            f"them, or {_ON_OWN}"
        )
    return ""
