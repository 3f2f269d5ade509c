"""Codes: deployment and scaling."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation
from compose2cfn.diagnostics import Severity

DEPLOYMENT = Chapter(
    "Deployment and scaling",
    {
        "deployment-percent": Explanation(
            ERROR,
            cause="The percents of a deployment are not what ECS takes: `x-aws-min_percent` "
            "outside 0 to 100, `x-aws-max_percent` below 100, a minimum that is not below the "
            "maximum, or another maximum than 100 for a global service.",
            reason="They say how many tasks run at least and at most while they are replaced. With "
            "100 and 100 no task could ever be stopped or started.",
            cure="Write a smaller minimum or a larger maximum.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      update_config: {x-aws-min_percent: 50, x-aws-max_percent: 150}
            """,
        ),
        "restart-always": Explanation(
            WARNING,
            cause="`restart` or `restart_policy` says that a service that has ended stays so, "
            "always or when it ends without a failure.",
            reason="An ECS service starts its tasks again whenever they end. A job written this "
            "way runs over and over.",
            cure="If it is a job, let the service that needs its result wait for it; a job of its "
            "own belongs in your pipeline. Otherwise write `restart: always`.",
            snippet="""
                services:
                  web:
                    image: app
                    depends_on:
                      migrate: {condition: service_completed_successfully}
                  migrate:
                    image: app
                    command: [migrate]
                    restart: "no"
            """,
        ),
        "restart-task": Explanation(
            INFO,
            cause="`restart` or `restart_policy` is written for a job or a service on Windows.",
            reason="ECS restarts other containers within their task, which keeps its address. It "
            "cannot do so on Windows, and a job that is to end must not run again. If such a "
            "container fails, its task ends, and ECS starts another task, with all its jobs.",
            cure="Nothing needs to be changed; without the key the same happens.",
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
        "restart-timing": Explanation(
            WARNING,
            cause="`restart: on-failure:N` says how often a service is started again.",
            reason="ECS tries as often as it takes, with growing pauses. A deployment whose tasks "
            "fail again and again is rolled back by the deployment circuit breaker.",
            cure="Remove the number.",
            snippet="""
                services:
                  web:
                    image: nginx
                    restart: always
            """,
        ),
        "restart-window": Explanation(
            WARNING,
            cause="The `window` of a `restart_policy` is shorter or longer than ECS takes, not in "
            "whole seconds, or written for a job, for a container on Windows or beside "
            "`condition: none`.",
            reason="ECS starts a container again within its task if it has run for 60 to 1800 "
            "seconds before it ended, and this is the nearest. An earlier end is that of its task, "
            "and another task takes its place; so does every end of a container on Windows.",
            cure="Write a window from `60s` to `30m`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      restart_policy: {condition: any, window: 5m}
            """,
        ),
        "scaling-global": Explanation(
            ERROR,
            cause="A service has `mode: global` and autoscaling.",
            reason="A global service has one task on each instance, so there is nothing to scale.",
            cure="Remove one of the two.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      mode: replicated
                      x-aws-autoscaling: {min: 2, max: 10, cpu: 70}
            """,
        ),
        "scaling-max": Explanation(
            ERROR,
            cause="Autoscaling has no `max`.",
            reason="Application Auto Scaling needs an upper bound, and so does your bill.",
            cure="Write it.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      x-aws-autoscaling: {min: 2, max: 10, cpu: 70}
            """,
        ),
        "scaling-range": Explanation(
            ERROR,
            cause="A bound of autoscaling, or of the number of instances, is below 0; the lower "
            "bound is above the upper one; or there may be no instance at all.",
            reason="AWS refuses it, or nothing would run.",
            cure="Write a `min` that is at most `max`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      x-aws-autoscaling: {min: 2, max: 10, cpu: 70}
            """,
        ),
        "scaling-replicas": Explanation(
            WARNING,
            cause="A service has autoscaling and a fixed number of tasks.",
            reason="Autoscaling decides on the number, and each deployment would set it back "
            "otherwise; so the fixed number is left out.",
            cure="Remove `replicas` or `scale`. Where to begin is `min`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      x-aws-autoscaling: {min: 2, max: 10, cpu: 70}
            """,
        ),
        "scaling-requests": Explanation(
            ERROR,
            cause="A service scales by `requests`, and has no port on an Application Load "
            "Balancer.",
            reason="Requests are counted by such a load balancer.",
            cure="Publish an HTTP port, or scale by `cpu` or `memory`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ports: ["80:80"]
                    deploy:
                      x-aws-autoscaling: {max: 10, requests: 1000}
            """,
        ),
        "scaling-shared": Explanation(
            ERROR,
            cause="A service that runs in the task of another one has autoscaling.",
            reason="Tasks are scaled as a whole.",
            cure="Write it at the service that the message names.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      x-aws-autoscaling: {max: 10, cpu: 70}
                  sidecar:
                    image: sidecar
                    network_mode: service:web
            """,
        ),
        "scaling-target": Explanation(
            ERROR,
            cause="Autoscaling has no target, or one that is out of its range.",
            reason="A service is scaled so that a measure stays near a target: percent of its CPU "
            "or memory from 1 to 100, or requests a minute and task.",
            cure="Write one of these.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      x-aws-autoscaling: {max: 10, cpu: 70}
            """,
        ),
        "tag-count": Explanation(
            ERROR,
            cause="A service would have more than 50 tags.",
            reason="ECS takes 50. The labels under `deploy` become tags, and two more say where "
            "the service comes from.",
            cure="Remove labels that are not needed as tags, or write them under `labels`, where "
            "they become Docker labels of the container.",
            snippet="""
                services:
                  web:
                    image: nginx
                    labels: {team: shop}
            """,
        ),
        "tag-unfit": Explanation(
            WARNING,
            cause="A label under `deploy`, or the name of a volume, cannot be a tag and is left "
            "out.",
            reason="AWS takes letters, digits, blanks and `_ . : / = + - @` in tags, at most 128 "
            "in a name and 256 in a value, and keeps names that begin with `aws:` for itself.",
            cure="Write it with these characters, or under `labels`, where it becomes a Docker "
            "label.",
            snippet="""
                services:
                  web:
                    image: nginx
                    labels: {"com.example.rule": "Host(`shop.example.com`)"}
            """,
        ),
        "task-count": Explanation(
            ERROR,
            cause="A service would have more than 1000 tasks.",
            reason="Service discovery and target groups take 1000 tasks of a service.",
            cure="Spread the tasks over several services.",
        ),
        "update-stops": Explanation(
            {
                Severity.WARNING: "It stops more tasks at once than `parallelism` says.",
                Severity.INFO: "It stops the only task: one that alone writes a volume, or runs on "
                "a fixed number of EC2 instances.",
            },
            cause="New tasks wait for old ones to stop, and an update stops many of them at once.",
            reason="ECS is told in percent how many tasks must stay, of the number that runs at "
            "that time. If it is to stop one task of two, it may stop ten of twenty. And where "
            "only one task runs, and a second one must not write the same volume, or an instance "
            "may have no room for it, none runs for a while.",
            cure="Let more tasks run at least, or let new tasks start first.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      update_config: {order: start-first, parallelism: 1}
                      x-aws-autoscaling: {min: 2, max: 20, cpu: 60}
            """,
        ),
    },
)
