"""Codes: volumes and memory."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation
from compose2cfn.diagnostics import Severity

VOLUMES = Chapter(
    "Volumes and memory",
    {
        "data-network": Explanation(
            WARNING,
            cause="A well-known datastore keeps its data on an EFS file system, and its makers do "
            "not support network file systems.",
            reason="EFS speaks NFS 4.1. Kafka, Prometheus and MinIO rely on what only disks "
            "promise, and SQL Server needs NFS 4.2 at least: data may be damaged without a way "
            "back.",
            cure="Use a service of AWS where the data matters. Where its loss does no harm, leave "
            "it as it is.",
            snippet="""
                services:
                  metrics:
                    image: prom/prometheus:v3.5.0
                    tmpfs: /prometheus:size=256m
            """,
        ),
        "data-unkept": Explanation(
            WARNING,
            cause="A well-known database or broker mounts no volume where its data is.",
            reason="Docker keeps the data of a container until that is removed. On ECS the disk of "
            "a task ends with it, and each deployment, each failed health check and each failure "
            "of a host starts another one with nothing in it.",
            cure="Mount a named volume. Where the data may be lost, as in a cache, say so with "
            "`tmpfs`.",
            snippet="""
                services:
                  db:
                    image: postgres:17
                    volumes: ["db-data:/var/lib/postgresql/data"]
                  cache:
                    image: redis:8
                    tmpfs: /data:size=256m
                volumes:
                  db-data:
            """,
        ),
        "mount-target": Explanation(
            ERROR,
            cause="Something is mounted at a path that nothing can be mounted at: a relative one, "
            "`/` itself, or a drive of Windows.",
            reason="ECS takes absolute paths; a volume at `/` would hide the whole image, and "
            "tasks on Windows mount no volumes of this kind.",
            cure="Write an absolute path such as `/data`.",
        ),
        "mount-type": Explanation(
            ERROR,
            cause="A mount is of a type that ECS does not have: `image`, `cluster` or `npipe`.",
            reason="There is nothing on AWS that could be mounted in its place.",
            cure="Do what the message names: copy the files of an image into the service's own, "
            "write a named volume in place of one of Swarm.",
            snippet="""
                services:
                  web:
                    image: nginx
                    volumes: ["data:/data"]
                volumes:
                  data:
            """,
        ),
        "tmpfs-memory": Explanation(
            WARNING,
            cause="The `tmpfs` of a container can hold as much as the container has memory, or "
            "more.",
            reason="What is in a `tmpfs` counts as memory of the container, on ECS as in Docker. "
            "Before it is full, the container is stopped for lack of memory. If the file says "
            "nothing about memory, the sizes of its `tmpfs` are part of what the task gets.",
            cure="Give the container more memory than its `tmpfs` can hold.",
            snippet="""
                services:
                  cache:
                    image: redis:8
                    mem_limit: 768m
                    tmpfs: ["/data:size=256m"]
            """,
        ),
        "tmpfs-option": Explanation(
            ERROR,
            cause="ECS does not take this option of a `tmpfs`.",
            reason="It refuses the task definition.",
            cure="Remove the option.",
            snippet="""
                services:
                  web:
                    image: nginx
                    tmpfs: ["/run:size=64m,mode=0755"]
            """,
        ),
        "tmpfs-size": Explanation(
            {
                Severity.INFO: "no size is written, so it has 64 MiB.",
                Severity.ERROR: "the size cannot be read.",
            },
            cause="The size of a `tmpfs` is missing or not a size.",
            reason="Docker takes half of the memory of the host by default. On ECS, a "
            "`tmpfs` must have a size, and counts against the memory of the container.",
            cure="Write the size.",
            snippet="""
                services:
                  web:
                    image: nginx
                    tmpfs: ["/run:size=128m"]
            """,
        ),
        "volume-anonymous": Explanation(
            INFO,
            cause="A volume has no name, so it lives as long as its task.",
            reason="Docker Compose carries such a volume over when it replaces a container. Each "
            "task on ECS starts with a new one. What the image has at that place is copied into it "
            "first, unless `nocopy` says otherwise.",
            cure="If it is scratch space, nothing. To keep the data, give the volume a name.",
            snippet="""
                services:
                  app:
                    image: app
                    volumes: ["data:/data"]
                volumes:
                  data:
            """,
        ),
        "volume-asked": Explanation(
            INFO,
            cause="An external volume is not given by the id of a file system, so that is asked "
            "for by a template parameter.",
            reason="On AWS a volume is an EFS file system, and the name that a volume has on a "
            "Docker host means nothing there.",
            cure="If a parameter is what you want, nothing. Otherwise write the id as the name.",
            snippet="""
                services:
                  app:
                    image: app
                    volumes: ["data:/data"]
                volumes:
                  data:
                    external: true
                    name: fs-0123456789abcdef0
            """,
        ),
        "volume-directory": Explanation(
            ERROR,
            cause="The directory of a volume within its file system is not one that EFS takes: "
            "more than four folders or 100 characters, one of `` $#<>;`|&?{}^* `` in it, or a dot "
            "first.",
            reason="EFS refuses the access point that leads to the directory.",
            cure="Write another `root_directory` or `subpath`, or another name of the volume, "
            "which the directory is named after.",
            snippet="""
                services:
                  app:
                    image: app
                    volumes: ["data:/data"]
                volumes:
                  data:
                    driver_opts: {root_directory: /shop/data}
            """,
        ),
        "volume-driver": Explanation(
            {
                Severity.ERROR: "the driver keeps data on disks of Amazon EBS.",
                Severity.WARNING: "it is any other driver.",
            },
            cause="A volume names a driver of its own.",
            reason="A named volume becomes an EFS file system whatever its driver. What another "
            "driver does (object storage, replication) is not there.",
            cure="Remove the key if a file system will do.",
        ),
        "volume-empty": Explanation(
            WARNING,
            cause="A new named volume starts empty, since it is not known whether the image has a "
            "shell.",
            reason="Docker copies what the image has at the mount point into a new volume. Here "
            "the image's own shell does that before the service starts, if it surely has one: it "
            "is a well-known image, or its Dockerfile is based on one. A service that expects "
            "these files (themes, plugins, static files) does not find them otherwise.",
            cure="Write `x-aws-seed: true` on the volume if the image has `sh`, `cp`, `ls` and "
            "`mkdir`; write `false`, or `nocopy` at the mount, if the service fills the volume "
            "itself.",
            snippet="""
                services:
                  db:
                    image: postgres:17
                    volumes:
                      - type: volume
                        source: data
                        target: /var/lib/postgresql/data
                        volume: {nocopy: true}
                volumes:
                  data:
            """,
        ),
        "volume-exclusive": Explanation(
            {
                Severity.ERROR: "tasks would wait for the lock for ever, or there is no place for "
                "it.",
                Severity.WARNING: "no service writes to the volume, so nothing holds the lock.",
            },
            cause="A volume is `exclusive`, and what mounts it does not fit to that.",
            reason="Each task that writes to such a volume holds a lock as long as it runs. So "
            "only one task can run: one service with one task may write, and it stops before its "
            "next version starts. The lock is a file beside the directory of the volume, so this "
            "cannot be the top of a file system.",
            cure="Let one service write to the volume, with one task and without "
            "`order: start-first`; others may mount it read-only.",
            snippet="""
                services:
                  db:
                    image: postgres:17
                    volumes: ["data:/var/lib/postgresql/data"]
                  backup:
                    image: backup
                    volumes: ["data:/data:ro"]
                volumes:
                  data:
                    driver_opts: {exclusive: "true"}
            """,
        ),
        "volume-external": Explanation(
            INFO,
            cause="A volume is a file system that exists.",
            reason="The stack makes access points in it and changes nothing else. It must have "
            "mount targets in the zones of the tasks, and their security group must admit port "
            "2049 from the groups of the tasks; otherwise tasks do not start.",
            cure="Check both. There is nothing to write.",
        ),
        "volume-local": Explanation(
            ERROR,
            cause="The driver options of a volume make it a folder, a device or a network share "
            "that the Docker host mounts: `type`, `o`, `device`.",
            reason="There is no Docker host on ECS. An empty file system in its place would look "
            "as if the data were gone.",
            cure="Remove the options to have a file system, or name one that exists.",
            snippet="""
                services:
                  app:
                    image: app
                    volumes: ["data:/data"]
                volumes:
                  data:
                    x-aws-filesystem: fs-0123456789abcdef0
            """,
        ),
        "volume-option": Explanation(
            {
                Severity.ERROR: "EFS does not take this value, or not together with another one.",
                Severity.WARNING: "EFS does not have this option, or it is one of a file system "
                "that exists; it is left out.",
            },
            cause="A driver option of a volume is not one that EFS takes.",
            reason="Options of other drivers mean nothing to EFS, and a stack does not change a "
            "file system that exists. Numbers such as `permissions: 0755` need quotes, for YAML "
            "reads them as other numbers.",
            cure="Write one of [the options of EFS](storage.md#named-volumes).",
            snippet="""
                services:
                  app:
                    image: app
                    volumes: ["data:/data"]
                volumes:
                  data:
                    driver_opts:
                      uid: "1000"
                      gid: "1000"
                      permissions: "0750"
                      backup_policy: ENABLED
            """,
        ),
        "volume-owner": Explanation(
            INFO,
            cause="Services that write to a volume run as different users, by number, or as a user "
            "with a name.",
            reason="The directory of a new volume belongs to the numeric `user` of the service "
            "that writes to it, as a new volume in Docker belongs to the owner of the image's "
            "directory. Only the owner may change its mode, as PostgreSQL does when it starts for "
            "the first time. With several users, or one whose number only the image knows, "
            "nobody can be chosen: it belongs to root, with the mode 0777.",
            cure="If the services only write files, nothing. Write a user by number "
            '(`user: "999:999"`) if a service must own the directory. If all files may belong to '
            "one user, write that user for the volume; each service then works as that user on it.",
            snippet="""
                services:
                  web:
                    image: web
                    user: "1000:1000"
                    volumes: ["media:/media"]
                  worker:
                    image: worker
                    user: "1001:1001"
                    volumes: ["media:/media"]
                volumes:
                  media:
                    driver_opts: {uid: "1000", gid: "1000"}
            """,
        ),
        "volume-shared": Explanation(
            INFO,
            cause="Several tasks write a volume: those of several services, or of one service that "
            "has more than one.",
            reason="They write to it all the time, so it is taken to be made for that, as are "
            "files that people upload. New tasks start beside old ones, and nothing is down while "
            "they are replaced. A service that is the only one to write a volume, with one task, "
            "is told to stop first, and so is a well-known database, whatever else mounts its "
            "volume.",
            cure="If that is right, nothing. Otherwise say which service has to stop first.",
            snippet="""
                services:
                  web:
                    image: web
                    volumes: ["media:/media"]
                    deploy:
                      update_config: {order: start-first}
                  worker:
                    image: worker
                    volumes: ["media:/media"]
                    deploy:
                      update_config: {order: stop-first}
                volumes:
                  media:
            """,
        ),
        "volume-unknown": Explanation(
            ERROR,
            cause="`x-aws-filesystem` is neither the id nor the ARN of a file system.",
            reason="Names of file systems could only be looked up with a call to AWS.",
            cure="Write the id (`fs-` and 8 or 17 hexadecimal digits), or leave the value empty to "
            "have a template parameter.",
            snippet="""
                services:
                  app:
                    image: app
                    volumes: ["data:/data"]
                volumes:
                  data:
                    x-aws-filesystem: fs-0123456789abcdef0
            """,
        ),
        "volume-windows": Explanation(
            ERROR,
            cause="A service on Windows mounts a named volume.",
            reason="Tasks on Windows mount no EFS file systems.",
            cure="Run the service on `linux/amd64`, or keep the data in a database or in Amazon "
            "S3.",
        ),
        "volume-writers": Explanation(
            WARNING,
            cause="More than one task may write the volume of a database, or one that a single "
            "task writes: the database has several tasks, or a new task starts before the old one "
            "has stopped.",
            reason="Most databases break when two processes write their files. A database, and a "
            "service that is the only one to write a volume, is therefore told to stop before its "
            "next version starts, unless the file says otherwise. "
            "[Only a lock](storage.md#two-tasks-one-volume) really keeps the two apart.",
            cure="Run one task, and leave `order: start-first` and the percents out. If the "
            "software is made for shared files, nothing.",
            snippet="""
                services:
                  db:
                    image: postgres:17
                    volumes: ["data:/var/lib/postgresql/data"]
                    deploy:
                      replicas: 1
                      update_config: {order: stop-first}
                volumes:
                  data:
            """,
        ),
        "volumes-from": Explanation(
            ERROR,
            cause="`volumes_from` takes the mounts of a container outside the file, or a volume "
            "without a name of a service.",
            reason="Another task is on another host. Both can have a named volume, and files that "
            "are delivered to each, and nothing else.",
            cure="Name a service of the file, and give its volume a name.",
            snippet="""
                services:
                  app:
                    image: app
                    volumes: ["data:/data"]
                  backup:
                    image: backup
                    volumes_from: ["app:ro"]
                volumes:
                  data:
            """,
        ),
    },
)
