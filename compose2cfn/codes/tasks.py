"""Codes: tasks, jobs and dependencies."""

from compose2cfn.codes.explanation import ERROR, WARNING, Chapter, Explanation
from compose2cfn.diagnostics import Severity

TASKS = Chapter(
    "Tasks, jobs and dependencies",
    {
        "carrier-unknown": Explanation(
            ERROR,
            cause="`x-aws-carrier` names a service that does not wait for this job.",
            reason="A job runs first in the task of a service that waits for its completion. No "
            "other service can carry it.",
            cure="Name one of the services that the message lists.",
            snippet="""
                services:
                  migrate:
                    image: app
                    command: [migrate]
                    x-aws-carrier: web
                  web:
                    image: app
                    depends_on:
                      migrate: {condition: service_completed_successfully}
                  worker:
                    image: app
                    depends_on:
                      migrate: {condition: service_completed_successfully}
            """,
        ),
        "carrier-unused": Explanation(
            WARNING,
            cause="`x-aws-carrier` is on a service that is not a job, or on one that shares the "
            "network of another service.",
            reason="It chooses the task of a job: a service that others wait to see completed. Any "
            "other service has a task of its own, or that of the service whose network it shares.",
            cure="Remove it, or let a service wait for the job: `depends_on: {migrate: {condition: "
            "service_completed_successfully}}`.",
        ),
        "container-name": Explanation(
            ERROR,
            cause="Two containers of one task would have the same name: of the services `a.b` and "
            "`a-b`, say, since ECS does not allow dots; or a service has the name of a container "
            "that prepares the task or routes its logs.",
            reason="ECS refuses a task definition with two containers of one name.",
            cure="Give one of the services another name.",
        ),
        "dependency-completed": Explanation(
            ERROR,
            cause="A service waits for the completion of another one "
            "(`service_completed_successfully`) that a third service needs running.",
            reason="What others need running does not end, so this service would never start.",
            cure="Let all of them wait for the completion, or this one for the start.",
            snippet="""
                services:
                  web:
                    image: app
                    depends_on:
                      queue: {condition: service_started}
                  worker:
                    image: app
                    depends_on:
                      queue: {condition: service_started}
                  queue:
                    image: redis
            """,
        ),
        "dependency-cycle": Explanation(
            ERROR,
            cause="Services that are put into one task make tasks wait for each other, though the "
            "services themselves do not.",
            reason="CloudFormation creates the services of waiting tasks one after the other, and "
            "refuses a circle.",
            cure="Take one of the dependencies out, or let another service carry the job with "
            "`x-aws-carrier`.",
        ),
        "dependency-health": Explanation(
            {
                Severity.ERROR: "the two share a task: ECS refuses the task definition.",
                Severity.WARNING: "they run in tasks of their own, and only the start of the other "
                "one is waited for.",
            },
            cause="A service waits for the health of another one (`service_healthy`), and ECS "
            "cannot see how that is.",
            reason="ECS does not see the `HEALTHCHECK` of an image, only the `healthcheck` of the "
            "Compose file.",
            cure="Write the health check in the file.",
            snippet="""
                services:
                  web:
                    image: app
                    depends_on:
                      db: {condition: service_healthy}
                  db:
                    image: postgres:17
                    healthcheck:
                      test: [CMD, pg_isready, -U, postgres]
            """,
        ),
        "deploy-shared": Explanation(
            WARNING,
            cause="A service that runs in the task of another one says how it is deployed: "
            "`deploy.mode`, `labels` or `update_config`.",
            reason="A task is deployed as a whole, as the service that it belongs to says.",
            cure="Write it at the service that the message names, and remove it here.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy:
                      labels: {team: shop}
                  metrics:
                    image: metrics
                    network_mode: service:web
            """,
        ),
        "init-windows": Explanation(
            ERROR,
            cause="A task on Windows has secrets as files, configs or delivered files.",
            reason="They are put in place by a container that runs before the services, and that "
            "is a Linux container.",
            cure="Put the files into the image, read secrets from variables (`x-aws-secrets`), or "
            "run the service on `linux/amd64`.",
            snippet="""
                services:
                  web:
                    image: app
                    platform: windows/amd64
                    x-aws-secrets:
                      PASSWORD: arn:aws:secretsmanager:eu-west-1:123456789012:secret:web-AbCdEf
            """,
        ),
        "job-carrier": Explanation(
            WARNING,
            cause="Several services wait for the completion of one job.",
            reason="The job runs once, in the task of one of them; the services of the other tasks "
            "are created after that task is up. The first by name carries it unless the file says "
            "otherwise.",
            cure="Choose the service, and the finding is gone.",
            snippet="""
                services:
                  migrate:
                    image: app
                    command: [migrate]
                    x-aws-carrier: api
                  api:
                    image: app
                    depends_on:
                      migrate: {condition: service_completed_successfully}
                  worker:
                    image: app
                    depends_on:
                      migrate: {condition: service_completed_successfully}
            """,
        ),
        "job-repeats": Explanation(
            WARNING,
            cause="A service that others wait to see completed becomes a container that runs first "
            "in their task.",
            reason="`docker compose up` runs such a job once. On ECS it runs at every start of the "
            "task: for each replica, each deployment, and each task that takes the place of a "
            "failed one.",
            cure="Make sure that it does no harm when it runs again, or twice at a time: most "
            "migration tools take a lock and remember what they have done. There is no way to "
            "silence it; run jobs that must not repeat as a task of your pipeline, and leave them "
            "out with a profile.",
        ),
        "mode-job": Explanation(
            ERROR,
            cause="`deploy.mode` is `replicated-job` or `global-job`.",
            reason="An ECS service starts its tasks again whenever they end, so the job would run "
            "for ever.",
            cure="Let the service that needs the result wait for its completion, or run the image "
            "as an ECS task from your pipeline.",
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
        "platform-mixed": Explanation(
            ERROR,
            cause="Services that share a task name different platforms.",
            reason="All containers of a task run on one host.",
            cure="Name the same `platform` for all of them, or give them tasks of their own.",
        ),
        "port-taken": Explanation(
            ERROR,
            cause="Two containers of one task listen on the same port.",
            reason="They share one network interface, as they do under Docker with `network_mode: "
            "service:NAME`, and the second one could not bind its port.",
            cure="Let one of them listen on another port, and write that here.",
            snippet="""
                services:
                  web:
                    image: nginx
                    expose: ["80"]
                  metrics:
                    image: metrics
                    network_mode: service:web
                    expose: ["9113"]
            """,
        ),
        "replicas-shared": Explanation(
            WARNING,
            cause="A service that runs in the task of another one says how often it runs.",
            reason="It runs as often as that task does.",
            cure="Write the number at the service that the message names, and remove it here.",
            snippet="""
                services:
                  web:
                    image: nginx
                    deploy: {replicas: 2}
                  helper:
                    image: helper
                    network_mode: service:web
            """,
        ),
        "service-none": Explanation(
            ERROR,
            cause="The file has no service, or none of them is active.",
            reason="CloudFormation refuses a template without resources, and a cluster without "
            "services would be of no use.",
            cure="Write a service, or activate a profile with `--profile`.",
        ),
        "sysctl-conflict": Explanation(
            ERROR,
            cause="Services that share a task set one kernel parameter of the network to different "
            "values.",
            reason="All containers of a task share its network, and ECS refuses the task "
            "definition.",
            cure="Write the same value at both, or at one of them only.",
            snippet="""
                services:
                  web:
                    image: nginx
                    sysctls: {net.core.somaxconn: "1024"}
                  proxy:
                    image: proxy
                    network_mode: service:web
            """,
        ),
        "task-containers": Explanation(
            ERROR,
            cause="A task has more than 10 containers. Those that prepare it, deliver files and "
            "route logs count too.",
            reason="ECS takes 10 containers in a task definition.",
            cure="Let fewer services share the task: take `network_mode: service:NAME` away where "
            "services can reach each other by name.",
        ),
        "task-size": Explanation(
            ERROR,
            cause="A task definition has more than 64 KiB.",
            reason="ECS has this limit. Variables, labels, commands and delivered files are "
            "all part of it.",
            cure="Put large files into the image, and large values into a secret or into a file "
            "that the program fetches itself.",
        ),
    },
)
