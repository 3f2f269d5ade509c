"""Images that surely have a shell and the usual small tools, so that their files can be copied.

All of them are based on Debian, Ubuntu, Alpine or a system of Red Hat, at any tag of them, and run
as containers of others have them. https://github.com/docker-library/official-images
"""

from compose2cfn.plan.known_images.known import KnownImage

_BASES = frozenset(
    {
        *("alpine", "amazonlinux", "archlinux", "busybox", "centos", "debian", "fedora"),
        *("oraclelinux", "rockylinux", "ubuntu", "almalinux", "buildpack-deps"),
    }
)
_RUNTIMES = frozenset(
    {
        *("amazoncorretto", "bash", "composer", "dart", "docker", "eclipse-temurin", "elixir"),
        *("erlang", "gcc", "golang", "gradle", "groovy", "haskell", "ibmjava", "julia", "maven"),
        *("node", "openjdk", "perl", "php", "pypy", "python", "r-base", "ruby", "rust", "swift"),
        *("tomcat", "tomee", "jetty", "rails", "django", "pyramid", "miniconda3", "uv"),
    }
)
_SERVERS = frozenset(
    {
        *("adminer", "backdrop", "caddy", "drupal", "ghost", "gitea", "grafana", "haproxy"),
        *("httpd", "jenkins", "joomla", "matomo", "mediawiki", "monica", "n8n", "nextcloud"),
        *("nginx", "nginx-unprivileged", "odoo", "openresty", "phpmyadmin", "piwik", "plone"),
        *("postfixadmin", "prestashop", "redmine", "roundcubemail", "sonarqube", "spiped"),
        *("varnish", "wordpress", "xwiki", "yourls"),
    }
)


def has_shell(name: str, known: KnownImage | None) -> bool:
    """Tell whether an image surely has a shell, by the last part of its name."""
    datastore = known is not None and known.keeps_data
    return not datastore and name in _BASES | _RUNTIMES | _SERVERS


_BARE = frozenset(
    {
        *("cloudflared", "fluent-bit", "mimir", "opentelemetry-collector"),
        *("opentelemetry-collector-contrib", "whoami"),
    }
)
"""Images that hold a program and nothing else; a tag with the word debug has a shell.

At some tags, cloudflared and mimir are based on Alpine: that is not known of a tag, and how files
come into an image without a shell is right for any image.
https://github.com/traefik/whoami/blob/master/Dockerfile
https://github.com/open-telemetry/opentelemetry-collector-releases/blob/main/distributions/otelcol/Dockerfile
https://github.com/cloudflare/cloudflared/blob/master/Dockerfile
https://github.com/grafana/mimir/blob/main/cmd/mimir/Dockerfile
https://docs.fluentbit.io/manual/installation/downloads/docker
"""


def lacks_shell(name: str, tag: str) -> bool:
    """Tell whether an image may have no shell, by the last part of its name and its tag."""
    return name in _BARE and "debug" not in tag
