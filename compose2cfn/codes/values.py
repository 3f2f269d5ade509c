"""Codes: keys, values and references."""

from compose2cfn.codes.explanation import ERROR, WARNING, Chapter, Explanation
from compose2cfn.diagnostics import Severity

VALUES = Chapter(
    "Keys, values and references",
    {
        "bad-address": Explanation(
            ERROR,
            cause="The `host_ip` of a port is not an IP address.",
            reason="Docker binds ports to addresses, not to the names of hosts, and Docker Compose "
            "refuses anything else.",
            cure="Write an address, or leave `host_ip` out.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "8080"
                        host_ip: 127.0.0.1
            """,
        ),
        "bad-host": Explanation(
            ERROR,
            cause="The name of a host under `extra_hosts` is empty, or has `:` or `=` in it.",
            reason="Docker Compose cannot tell the name from the address, and refuses the entry.",
            cure="Write `NAME=ADDRESS`. (ECS itself does not accept `extra_hosts`; see "
            "[key-ignored](#key-ignored).)",
        ),
        "bad-name": Explanation(
            ERROR,
            cause="The name of a service, network, volume, secret, config, model or job has a "
            "character that names cannot have.",
            reason="Docker Compose refuses it. On AWS these names become parts of ids, DNS names "
            "and descriptions.",
            cure="Write letters, digits, `.`, `_` and `-` only.",
        ),
        "bad-short-form": Explanation(
            ERROR,
            cause="A text is not a short form of what belongs here: of a port, a volume, a device, "
            "a command, an entry of `extra_hosts` and so on.",
            reason="Docker Compose refuses it. A guess could publish the wrong port or mount the "
            "wrong folder.",
            cure="Write the short form as the message shows it, or the long form.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: "8080"
                    volumes:
                      - type: volume
                        source: data
                        target: /data
                volumes:
                  data:
            """,
        ),
        "contradiction": Explanation(
            ERROR,
            cause="Two values cannot both be meant: `network_mode` beside `networks`, a `scale` "
            "that differs from `deploy.replicas`, two sources of one secret, one `container_name` "
            "for two services, two mounts or files at one place.",
            reason="Whichever value won, the other would be dropped without a word. Docker Compose "
            "refuses most of these too.",
            cure="Keep one of the two.",
        ),
        "function-dropped": Explanation(
            WARNING,
            cause="A tag of CloudFormation, such as `!Ref`, is written outside the `x-aws-*` keys.",
            reason="Docker Compose drops tags that it does not know, and takes the argument for "
            "a text. So does this program, or one file would mean two things.",
            cure="Set the value in `x-aws-cloudformation`, or take it from a variable.",
            snippet="""
                services:
                  web:
                    image: acme/web:1
            """,
        ),
        "function-name": Explanation(
            ERROR,
            cause="The one label, or the one option of a log driver, has the name of an intrinsic "
            "function of CloudFormation: `Ref`, `Condition` or `Fn::…`.",
            reason="In a template a mapping with such a key and no other is the function, and no "
            "longer the mapping that the Compose file has.",
            cure="Write another entry beside it, or give it another name.",
            snippet="""
                services:
                  web:
                    image: nginx
                    labels:
                      Ref: main
                      Part: web
            """,
        ),
        "key-forbidden": Explanation(
            ERROR,
            cause="Whoever converts does not trust the authors of the file, and refuses this key "
            "(`--refuse KEY`), or all that gives an author what only whoever deploys may do "
            "(`--refuse rights`): grant permissions, use or open what exists already.",
            reason="The template is deployed with the rights of another person. "
            "[Security](security.md#rights) lists the keys.",
            cure="Take the key out. Where a fact is missing then, it becomes a template parameter, "
            "and whoever deploys decides.",
        ),
        "key-ignored": Explanation(
            {
                Severity.WARNING: "the key has an effect under Docker or Swarm that ECS does not "
                "offer.",
                Severity.INFO: "the key has no meaning on AWS, and nothing is lost without it.",
            },
            cause="A key of the Compose specification has no counterpart on AWS and is left out.",
            reason="The application runs without what the key asks for. The message says why; [the "
            "table of all keys](support.md) says it of every key.",
            cure="If the application can do without it, nothing: the finding is for your "
            "information, and goes away with the key. If not, use what the message names, or set "
            "the property yourself under "
            "[`x-aws-cloudformation`](overlay.md).",
        ),
        "key-misplaced": Explanation(
            WARNING,
            cause="An `x-aws-*` key is not in its own place: `x-aws-autoscaling`, "
            "`x-aws-min_percent`, `x-aws-max_percent` or `x-aws-logs_retention` at a service.",
            reason="Many files have it there, and what it means is plain, so it is honoured. "
            "`x-aws-logs_retention` counts for all services wherever it is, since they share one "
            "log group.",
            cure="Move the key to its place.",
            snippet="""
                x-aws-logs_retention: 90
                services:
                  web:
                    image: nginx
                    deploy:
                      x-aws-autoscaling: {min: 2, max: 6, cpu: 70}
                      update_config:
                        x-aws-max_percent: 150
            """,
        ),
        "key-refused": Explanation(
            ERROR,
            cause="A service has a key that it cannot work without, and AWS has no counterpart: "
            "`provider`, `pre_start`, `post_start`, `pre_stop`, `credential_spec`, "
            "`use_api_socket`, a mount of an image, or `x-aws-task`.",
            reason="Left out, the service would start and not do what it is there for.",
            cure="Do what the message names. A container that runs before a service, for example, "
            "becomes a service of its own that the other one waits for.",
            snippet="""
                services:
                  web:
                    image: app
                    depends_on:
                      migrate: {condition: service_completed_successfully}
                  migrate:
                    image: app
                    command: [migrate]
            """,
        ),
        "key-unread": Explanation(
            WARNING,
            cause="The file has a key that an emitter of this package reads, and that emitter does "
            "not take part.",
            reason="A program chooses the emitters itself, and none of those that it chose reads "
            "the key: a database could lose its volume.",
            cure="Pass the emitter of the message too, or one of your own that reads the key and "
            "says so in `@emitter(...)`.",
        ),
        "lost-size": Explanation(
            WARNING,
            cause="A size is a number with a point or an exponent, and not in quotes: `1e9`, "
            "`1048576.5`.",
            reason="Docker Compose reads such a number as 0, which means no limit. It is the same "
            "here, so that both behave alike.",
            cure="Write a whole number of bytes, or a text with a unit.",
            snippet="""
                services:
                  web:
                    image: nginx
                    mem_limit: 1g
            """,
        ),
        "missing-key": Explanation(
            ERROR,
            cause="A mapping lacks a key that it cannot do without: a service has neither `image` "
            "nor `build`, a secret does not say where it comes from, a limit has a `soft` value "
            "and no `hard` one.",
            reason="Docker Compose refuses it.",
            cure="Add the key that the message names.",
        ),
        "null-character": Explanation(
            ERROR,
            cause="A text of the file, or of a file of variables, holds a NUL character (`\\0`).",
            reason="It ends the arguments and the variables of a program, so no container can get "
            "it, and AWS refuses it.",
            cure="Take it out. What is binary can be written in Base64.",
        ),
        "old-flag": Explanation(
            WARNING,
            cause="`yes`, `no`, `on`, `off`, `y` or `n` is written where true or false is meant.",
            reason="YAML 1.2 reads these words as texts. Docker Compose still takes them for true "
            "and false, and other programs that read the file may not.",
            cure="Write `true` or `false`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    read_only: true
            """,
        ),
        "out-of-range": Explanation(
            ERROR,
            cause="A number is smaller or larger than it may be here.",
            reason="Docker Compose or Docker refuses it: a container with fewer than no CPUs would "
            "not start.",
            cure="Write a number within the bounds of the message.",
        ),
        "profile-unknown": Explanation(
            WARNING,
            cause="A profile is asked for that no service has.",
            reason="Nothing is enabled by it. A slip in its name leaves services out without a "
            "word.",
            cure="Write the name that is in `profiles`, or leave the option out.",
            snippet="""
                services:
                  import:
                    image: acme/import:1
            """,
        ),
        "swarm-only": Explanation(
            WARNING,
            cause="Docker Compose acts on this key only under Swarm: `deploy.mode`, `labels`, "
            "`update_config` and `placement`, the `uid`, `gid` and `mode` of a secret or config, "
            "the `mode: host` of a port, and so on.",
            reason="`docker compose up` on a workstation does nothing with it. `compose2cfn "
            "config` says so, and a conversion does not: what AWS can do with these keys is done "
            "there, and the rest is [key-ignored](#key-ignored).",
            cure="If the key is meant for AWS, nothing. Otherwise remove it.",
            unshown="it takes `config`",
        ),
        "unknown-key": Explanation(
            ERROR,
            cause="The Compose specification has no such key at this place, or no emitter reads "
            "this `x-aws-*` key.",
            reason="Otherwise, a misspelled key would be dropped without a word. Docker Compose "
            "refuses it too, unless it begins with `x-`.",
            cure="Correct the spelling: the message names a key that is near. Keys of your own "
            "begin with `x-`. If the key belongs to an emitter of another package, pass that with "
            "`--emitter NAME`.",
        ),
        "unknown-name": Explanation(
            ERROR,
            cause="Something is named that the file does not define: a service, network, volume, "
            "secret, config or model; or a service that is there, but whose profiles are not "
            "active.",
            reason="Docker Compose refuses it: the service could not start.",
            cure="Define it, correct its name, or activate the profile with `--profile`. Say of a "
            "dependency that may be absent that it is not required.",
            snippet="""
                services:
                  web:
                    image: nginx
                    depends_on:
                      debugger: {condition: service_started, required: false}
                  debugger:
                    image: debugger
                    profiles: [debug]
            """,
        ),
        "unknown-value": Explanation(
            ERROR,
            cause="A value is not one of the words that are possible here.",
            reason="Docker Compose refuses it.",
            cure="Write one of the words that the message lists.",
            snippet="""
                services:
                  web:
                    image: nginx
                    depends_on:
                      db: {condition: service_healthy}
                  db:
                    image: postgres:17
                    healthcheck:
                      test: [CMD, pg_isready, -U, postgres]
            """,
        ),
        "wrong-duration": Explanation(
            ERROR,
            cause="A length of time has no unit, or one that is not known, or is not a text.",
            reason="Nobody could tell whether `30` means seconds or minutes, and Docker Compose "
            "refuses it.",
            cure="Write a text with units.",
            snippet="""
                services:
                  web:
                    image: nginx
                    stop_grace_period: 1m30s
            """,
        ),
        "wrong-pattern": Explanation(
            ERROR,
            cause="A text does not have the form that it must have, such as a `container_name` "
            "with blanks.",
            reason="Docker Compose refuses it.",
            cure="Write a text of the form that the message shows.",
        ),
        "wrong-size": Explanation(
            ERROR,
            cause="A size is neither a number of bytes nor a number with a unit; or it is a plain "
            "number at `deploy.resources`, where Docker Compose wants a text.",
            reason="Docker Compose refuses it.",
            cure="Write a number and a unit: `b`, `k`, `m` or `g`, which count in 1024.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      resources:
                        limits:
                          memory: 512m
            """,
        ),
        "wrong-type": Explanation(
            ERROR,
            cause="A value is of another kind than the key needs: a text in place of a list, a "
            "mapping in place of a text, an intrinsic function where the value decides what is in "
            "the template.",
            reason="Docker Compose refuses it for its own keys, and so do we for `x-aws-*` keys. "
            "The cause is often YAML, which reads `1.10` as a number and `true` as a truth value "
            "unless they are in quotes.",
            cure="Write a value of the kind that the message names; put texts that look like "
            "something else in quotes.",
            snippet="""
                services:
                  web:
                    image: nginx
                    environment:
                      VERSION: "1.10"
            """,
        ),
    },
)
