"""Codes: files and YAML."""

from compose2cfn.codes.explanation import ERROR, WARNING, Chapter, Explanation
from compose2cfn.diagnostics import Severity

FILES = Chapter(
    "Files and YAML",
    {
        "cycle": Explanation(
            ERROR,
            cause="Files include one another, or services extend or wait for one another, in a "
            "circle; or such a chain is longer than any real one (100 services that extend one "
            "another, 50 nested includes, 500 included files).",
            reason="Nothing in a circle can come first: no file could be read and no service could "
            "start. Docker Compose refuses it too.",
            cure="Take one link of the chain in the message out.",
        ),
        "deprecated": Explanation(
            {
                Severity.WARNING: "there is a mapping below `external`.",
                Severity.INFO: "`version` is written, which has no effect.",
            },
            cause="The file uses a form that Docker Compose has replaced: the top-level key "
            "`version`, or a mapping below `external`.",
            reason="Docker Compose still reads it. Whatever `version` says, every file is read by "
            "the current specification.",
            cure="Remove `version`. Write `external: true`, and the name beside it.",
            snippet="""
                services:
                  db:
                    image: postgres:17
                    volumes: ["data:/var/lib/postgresql/data"]
                volumes:
                  data:
                    external: true
                    name: fs-0123456789abcdef0
            """,
        ),
        "duplicate-item": Explanation(
            ERROR,
            cause="A list that may hold each entry once has the same entry twice.",
            reason="Docker Compose refuses such a list. The second entry is often a slip for a "
            "similar one.",
            cure="Remove one of the two, or correct it.",
        ),
        "duplicate-key": Explanation(
            ERROR,
            cause="A mapping has the same key twice, or more than one `<<`.",
            reason="YAML keys are unique. A parser that is less strict silently keeps one of the "
            "two values, and not always the one you expect; Docker Compose refuses the file.",
            cure="Remove one of the two. To merge several mappings, give one `<<` a list.",
            snippet="""
                x-logging: &logging
                  logging: {driver: awslogs}
                x-user: &user
                  user: "1000"
                services:
                  web:
                    <<: [*logging, *user]
                    image: nginx
            """,
        ),
        "empty-file": Explanation(
            ERROR,
            cause="A Compose file has no content.",
            reason="There is nothing to run. Often the wrong file is named, or the command that "
            "should have written the file failed. Docker Compose refuses it too.",
            cure="Write `services:` with at least one service, or name another file with `-f`.",
        ),
        "empty-value": Explanation(
            ERROR,
            cause="A key that needs a value has none.",
            reason="YAML reads nothing as null, and Docker Compose refuses null here. Often the "
            "value is on the next line and is not indented.",
            cure="Write a value, or remove the key.",
        ),
        "entry-replaced": Explanation(
            WARNING,
            cause="Two entries of a list are about the same thing, such as one published port, and "
            "have different `x-aws-*` keys.",
            reason="Docker Compose keeps the last of such entries. As it does not know `x-aws-*` "
            "keys, it says nothing, and those of the first entry are lost.",
            cure="Write everything in one entry, or publish another port.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports:
                      - target: 80
                        published: 80
                        x-aws-protocol: http
                        x-aws-route: /shop/*
            """,
        ),
        "findings-more": Explanation(
            {
                Severity.ERROR: "an error is left out.",
                Severity.WARNING: "all errors are told, and a warning is left out.",
                Severity.INFO: "only infos are left out.",
            },
            cause="There are more than 1,000 findings.",
            reason="Nobody reads so many, and most of them have a cause in common. Errors are told "
            "before warnings, warnings before infos.",
            cure="Correct those that are told, and run the program again.",
            unshown="it takes a thousand findings",
        ),
        "input-limit": Explanation(
            ERROR,
            cause="All files together have more characters or values than "
            "[a run reads](security.md#limits), each file counted as often as it is used, with "
            "what aliases and variables put in.",
            reason="This limit is our own: a few lines of variables that repeat one another, or of "
            "files that include one another, grow to gigabytes otherwise.",
            cure="Write large values once, or split the project.",
        ),
        "key-not-text": Explanation(
            ERROR,
            cause="A key of a mapping is not a text: YAML reads it as a number, a truth value, a "
            "date or null, or it is a list or mapping itself.",
            reason="Docker Compose accepts only texts as keys.",
            cure="Put the key in quotes.",
            snippet="""
                services:
                  "8080":
                    image: nginx
            """,
        ),
        "kinds-differ": Explanation(
            ERROR,
            cause="A later file, or a service that extends another one, gives a value of another "
            "kind than the earlier one: a list where that has a mapping, say.",
            reason="Files are merged value by value, and these two cannot be merged.",
            cure="Write both in the same form, or replace the earlier value by tagging the later "
            "one `!override`.",
        ),
        "merge-key": Explanation(
            ERROR,
            cause="`<<` holds something else than a mapping or a list of mappings, or `<<` itself "
            "is used as a value.",
            reason="`<<` puts the entries of other mappings into the one that it is in; "
            "nothing else has entries to put in.",
            cure="Let `<<` name the anchor of a mapping. If the two characters are meant as a "
            "text, put them in quotes.",
            snippet="""
                x-defaults: &defaults
                  init: true
                services:
                  web:
                    <<: *defaults
                    image: nginx
            """,
        ),
        "missing-file": Explanation(
            ERROR,
            cause="A file that is named cannot be read: a Compose file, an `env_file`, a "
            "`label_file`, the `file` of a config, what `include` or `extends` names. Or no file "
            "is named, and none of the usual names is found in the working directory or above it.",
            reason="What is in that file would be missing from the application. Relative paths "
            "start from the project directory, which is that of the first Compose file; in an "
            "included or extended file they start from its own directory.",
            cure="Correct the path. Say of an `env_file` that may be absent that it is not "
            "required.",
            snippet="""
                services:
                  web:
                    image: nginx
                    env_file:
                      - path: local.env
                        required: false
            """,
        ),
        "outside-root": Explanation(
            ERROR,
            cause="A file is outside the root: of what `--root` (or `Disk(root=…)`) names, nothing "
            "outside is read, whoever names it and by whatever links.",
            reason="Whoever converts does not trust those who wrote the files: what any of them "
            "names could come into the template.",
            cure="Copy the file into the root. If it may be read, choose a root that holds it and "
            "the project.",
        ),
        "project-name": Explanation(
            ERROR,
            cause="The name of the project (`-p`, `COMPOSE_PROJECT_NAME` or the key `name`) has "
            "characters that a project name cannot have, or nothing is left of it without them.",
            reason="Docker Compose takes lower-case letters, digits, `-` and `_`, with a letter or "
            "digit first. Files see the name as `COMPOSE_PROJECT_NAME`.",
            cure="Write such a name.",
            snippet="""
                name: web-shop
                services:
                  web:
                    image: nginx
            """,
        ),
        "remote-file": Explanation(
            ERROR,
            cause="`include` or `extends` names a Git repository, an OCI artifact or another URL.",
            reason="A conversion fetches nothing, so that the same files always give the same "
            "template.",
            cure="Copy the file into the project, or check the repository out before the "
            "conversion, and name the local path.",
        ),
        "several-files": Explanation(
            WARNING,
            cause="A folder has several files of the names that are looked for, and no file is "
            "named.",
            reason="Docker Compose reads only the first of `compose.yaml`, `compose.yml`, "
            "`docker-compose.yml` and `docker-compose.yaml`, and likewise only one override file. "
            "What is in the others has no effect.",
            cure="Remove the files that are not used, or name those that are with `-f` or "
            "`COMPOSE_FILE`.",
        ),
        "too-many": Explanation(
            ERROR,
            cause="A list has more than 70,000 entries once its short forms are written out. A "
            "range of ports can do that.",
            reason="This limit is our own: it keeps a file of a few bytes from filling the memory. "
            "No template could hold so many ports either.",
            cure="Write fewer or smaller ranges.",
        ),
        "yaml-limit": Explanation(
            ERROR,
            cause="A file nests deeper than 200 levels, or has more than 500,000 values, once its "
            "aliases are put in.",
            reason="This limit is our own: a few lines of aliases that name lists of aliases grow "
            "to gigabytes otherwise.",
            cure="Replace aliases of aliases by what they stand for, or split the file.",
        ),
        "yaml-syntax": Explanation(
            ERROR,
            cause="The text is not YAML from this place on, or the file is not UTF-8.",
            reason="Nothing of the file can be used, so its other faults are only found once this "
            "one is gone. The place is where the parser gave up; the slip is often on the line "
            "above.",
            cure="Correct the line. Most often it is a tab, an indentation, a quote that is not "
            "closed, or a text with `: ` or ` #` in it that needs quotes.",
        ),
        "yaml-value": Explanation(
            ERROR,
            cause="A value is not what its tag says (`!!int many`), or it is a number without an "
            "end (`.inf`, `.nan`).",
            reason="Docker Compose refuses such a value.",
            cure="Take the tag away, correct the value, or put a text in quotes.",
        ),
    },
)
