"""Codes: bind mounts, configs and delivered files."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation

DELIVERY = Chapter(
    "Bind mounts, configs and delivered files",
    {
        "bind-clock": Explanation(
            WARNING,
            cause="A bind mount would share the time zone of the host; it is left out.",
            reason="There is no host on ECS, and containers run in UTC.",
            cure="Name the time zone in the variable `TZ`. The image needs the data of time zones, "
            "which small ones may lack (package `tzdata`).",
            snippet="""
                services:
                  web:
                    image: nginx
                    environment:
                      TZ: Europe/Paris
            """,
        ),
        "bind-delivered": Explanation(
            INFO,
            cause="Bind mounts bring files or folders of the project into the tasks.",
            reason="There is no host whose folders a task could mount, so the files travel in the "
            "task definition, as they are at the conversion. A later change of a file needs a new "
            "template and a deployment.",
            cure="Nothing, if these are settings. Files that change often, and large ones, belong "
            "into the image or a volume.",
        ),
        "bind-dropped": Explanation(
            WARNING,
            cause="A bind mount is left out, because `x-aws-bind_mounts: drop` says so.",
            reason="The image's own files are at that place.",
            cure="Check that the image holds what the service needs. To have the files in the "
            "tasks, write `deliver`.",
        ),
        "bind-host": Explanation(
            WARNING,
            cause="A bind mount is a folder of the EC2 instance, because `x-aws-bind_mounts: host` "
            "says so.",
            reason="Each instance has its own. A task that starts on another one finds other files "
            "there, or none, and they end with the instance.",
            cure="Nothing, for what belongs to the instance, such as `/proc`. Keep data in a named "
            "volume.",
        ),
        "bind-image": Explanation(
            WARNING,
            cause="A folder that the image is built from is mounted over what the image has; the "
            "mount is left out. The Dockerfile surely copies the folder to that place, or there is "
            "no Dockerfile to read.",
            reason="Such a mount shows changes of the code at once on a workstation. On AWS, the "
            "code is in the image.",
            cure="Build and push the image. Where it does not have the files, write "
            "`x-aws-bind_mounts: deliver`, or copy them in the Dockerfile.",
        ),
        "bind-link": Explanation(
            WARNING,
            cause="A folder that is delivered has symbolic links in it; they are left out.",
            reason="A link may lead out of the project, to files that nobody meant to deliver.",
            cure="Put the files themselves into the folder, or mount what the links lead to.",
        ),
        "bind-policy": Explanation(
            ERROR,
            cause="`x-aws-bind_mounts` has an unknown value.",
            reason="It decides whether files leave the project, so a guess could be harmful.",
            cure="Write `deliver`, `drop`, `host`, `refuse` or `volume`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-bind_mounts: drop
                    volumes: ["./content:/usr/share/nginx/html"]
            """,
        ),
        "bind-refused": Explanation(
            ERROR,
            cause="A bind mount cannot be brought into a task: a file that is not there or is "
            "outside the project, the socket of Docker, what only a host has (`/proc`, `/sys`, `/` "
            "and so on), what looks like a credential, or the file of a secret.",
            reason="Docker mounts files and folders of its host, and there is no host on ECS.",
            cure="Copy the file into the project, or into the image; write `x-aws-bind_mounts: "
            "drop` where the service runs without it. Credentials go under `secrets:`. On EC2 "
            "instances of your own, `host` mounts what the instance has. "
            "[Storage](storage.md#bind-mounts) has the whole rule.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-bind_mounts: drop
                    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
            """,
        ),
        "bind-size": Explanation(
            ERROR,
            cause="Bind mounts bring more than 64 files or 32 KiB into a task, or a file that "
            "cannot be read.",
            reason="The files travel in the task definition, which ECS limits to 64 KiB.",
            cure="Put the files into the image, or into a volume.",
        ),
        "bind-volume": Explanation(
            WARNING,
            cause="A folder of the host becomes an EFS file system that outlives the stack. It is "
            "the data folder of a well-known database or broker, or nothing of it is in the "
            "project: it is absent, empty, outside the project or left out by `.gitignore` or "
            "`.dockerignore`.",
            reason="It could hold data, which a conversion neither reads nor loses. The file "
            "system starts empty.",
            cure="Copy existing data into it, for example by a dump of the database. If the "
            "service does not need the folder, write `x-aws-bind_mounts: drop`. A named volume "
            "says the same without a warning.",
            snippet="""
                services:
                  db:
                    image: postgres:17
                    volumes: ["data:/var/lib/postgresql/data"]
                volumes:
                  data:
            """,
        ),
        "bind-writes": Explanation(
            WARNING,
            cause="Files of a bind mount are not mounted read-only.",
            reason="On a workstation the container writes to the files of the host. Each task has "
            "a copy, and what is written to it is lost when the task ends.",
            cure="If the files are only read, say so with `:ro`. Keep data in a named volume.",
            snippet="""
                services:
                  db:
                    image: postgres:17
                    volumes: ["data:/var/lib/postgresql/data"]
                volumes:
                  data:
            """,
        ),
        "config-external": Explanation(
            ERROR,
            cause="A config is external: it exists in a Swarm, and not in the file.",
            reason="A conversion cannot read it, and AWS has no such thing.",
            cure="Write its content, or where it comes from.",
            snippet="""
                services:
                  web:
                    image: nginx
                    configs:
                      - source: settings
                        target: /settings/web.ini
                configs:
                  settings:
                    content: |
                      debug = false
            """,
        ),
        "config-outside": Explanation(
            ERROR,
            cause="The file of a config is outside the project directory, or a link leads to it.",
            reason="It goes into the template, where many may read it. A path or a link could "
            "bring any file of the machine there, such as the credentials of whoever converts.",
            cure="Copy the file into the project, write the path of what the link leads to, or "
            "write the text with `content:`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    configs:
                      - source: settings
                        target: /settings/web.ini
                configs:
                  settings:
                    content: |
                      workers = 4
            """,
        ),
        "config-secret": Explanation(
            ERROR,
            cause="A config holds a private key, its file has a name that credentials are kept "
            "under (`.env`, `*.key`, `id_rsa`, `.aws/…`), or a secret has the same file or "
            "variable.",
            reason="Configs are in the task definition and the template, where many may read them.",
            cure="Write it as a secret.",
            snippet="""
                services:
                  web:
                    image: nginx
                    secrets: [tls_key]
                secrets:
                  tls_key:
                    file: ./tls.key
            """,
        ),
        "config-shown": Explanation(
            INFO,
            cause="A config takes its content from a variable.",
            reason="The content is in the template, for all who may read that.",
            cure="If it is not secret, nothing. Otherwise write it as a secret.",
            snippet="""
                services:
                  web:
                    image: nginx
                    secrets: [settings]
                secrets:
                  settings:
                    environment: SETTINGS
            """,
        ),
        "config-size": Explanation(
            ERROR,
            cause="A config has more than 32 KiB.",
            reason="It travels in the task definition, which ECS limits to 64 KiB.",
            cure="Put the file into the image, or let the program fetch it.",
        ),
        "delivery-hides": Explanation(
            WARNING,
            cause="Files are delivered with `x-aws-delivery: helper` into a directory of the "
            "image.",
            reason="ECS mounts directories and not files, so the files come with a volume at their "
            "directory. With `helper` that volume begins empty: what the image has there cannot be "
            "seen.",
            cure="Deliver into a directory of its own; or leave `helper` out, if the image has a "
            "shell, and its files are copied first.",
        ),
        "delivery-moved": Explanation(
            WARNING,
            cause="A single file belongs in a directory such as `/` or `/etc`, or into a volume, "
            "and the command, the entrypoint or a variable of the service names it. It is mounted "
            "below `/compose` instead, and is named there.",
            reason="ECS mounts directories, not files, and a directory in its place would hide "
            "what the container needs to start, or what is in the volume.",
            cure="Nothing, if only the named program reads the file. What finds it in another way, "
            "such as a script of the image, needs it in a directory of its own.",
        ),
        "delivery-seeded": Explanation(
            INFO,
            cause="Files are delivered into a directory in which the image may have files too.",
            reason="ECS mounts directories and not files. So a container of the service's own "
            "image first copies the directory into a volume, and then the files into that. The "
            "image must have a shell and the usual small tools.",
            cure="If it has, nothing. For an image without a shell write `x-aws-delivery: helper`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    x-aws-delivery: helper
                    configs:
                      - source: settings
                        target: /settings/web.ini
                configs:
                  settings:
                    content: |
                      debug = false
            """,
        ),
        "delivery-target": Explanation(
            ERROR,
            cause="A file would be directly in a directory that every container needs as it "
            "is: `/`, `/etc`, `/usr/bin` and the like.",
            reason="ECS mounts directories and not files. A volume at such a directory would hide "
            "what the container needs to run.",
            cure="Give the file a directory of its own and tell the program where it is, or put it "
            "into the image.",
            snippet="""
                services:
                  web:
                    image: nginx
                    configs:
                      - source: settings
                        target: /etc/web/web.ini
                configs:
                  settings:
                    content: |
                      debug = false
            """,
        ),
        "delivery-unknown": Explanation(
            ERROR,
            cause="`x-aws-delivery` has an unknown value.",
            reason="There is one other way to deliver than the usual one.",
            cure="Write `helper`, or remove the key.",
        ),
        "delivery-unused": Explanation(
            WARNING,
            cause="`x-aws-delivery` is on a service that gets no files.",
            reason="It says what brings files into a container: configs, bind mounts and what the "
            "image has where volumes are mounted.",
            cure="Remove it, or see why the files are not mounted: a bind mount may be left out.",
        ),
        "delivery-volume": Explanation(
            ERROR,
            cause="A file would be within a volume, a `tmpfs` or the folder of the secrets.",
            reason="What is mounted there hides the file, or would have to be changed by it.",
            cure="Give the file another directory.",
        ),
        "file-mode": Explanation(
            ERROR,
            cause="The `mode` of a secret or config is not the mode of a file.",
            reason="The modes of Unix go from 0 to 07777.",
            cure="Write an octal number.",
            snippet="""
                services:
                  web:
                    image: nginx
                    configs:
                      - source: settings
                        target: /settings/web.ini
                        mode: 0440
                configs:
                  settings:
                    content: |
                      debug = false
            """,
        ),
        "file-owner": Explanation(
            ERROR,
            cause="The `uid` or `gid` of a secret or config is not a number that Linux gives to "
            "users and groups.",
            reason="The names of users are in each image, and the container that writes the files "
            "does not know them.",
            cure="Write the number.",
            snippet="""
                services:
                  web:
                    image: nginx
                    secrets:
                      - source: password
                        uid: "1000"
                secrets:
                  password:
                    environment: PASSWORD
            """,
        ),
    },
)
