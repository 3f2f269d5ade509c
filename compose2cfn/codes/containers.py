"""Codes: containers and images."""

from compose2cfn.codes.explanation import ERROR, INFO, WARNING, Chapter, Explanation
from compose2cfn.diagnostics import Severity

CONTAINERS = Chapter(
    "Containers and images",
    {
        "capability-unknown": Explanation(
            {
                Severity.ERROR: "the service adds the capability, or drops one that does not "
                "exist.",
                Severity.WARNING: "the service drops `BPF`, `CHECKPOINT_RESTORE` or `PERFMON`, "
                "which are too new for ECS to know; it is left out.",
            },
            cause="ECS does not know a Linux capability of `cap_add` or `cap_drop`.",
            reason="ECS takes the capabilities that its documentation lists.",
            cure="Correct the name. It may be written with or without `CAP_`.",
            snippet="""
                services:
                  web:
                    image: nginx
                    cap_drop: [NET_RAW]
            """,
        ),
        "command-cut": Explanation(
            WARNING,
            cause="`command` or `entrypoint` is one text with `;`, `&`, `|`, `<` or `>` outside of "
            "quotes.",
            reason="Docker Compose splits the text into words without a shell and stops at the "
            "first such character: what comes after it never runs, on a workstation or on AWS.",
            cure="Write a list that starts a shell.",
            snippet="""
                services:
                  web:
                    image: app
                    command: [sh, -c, "migrate && serve"]
            """,
        ),
        "command-empty": Explanation(
            WARNING,
            cause="`command` or `entrypoint` is empty, which tells Docker to run the image without "
            "its own.",
            reason="ECS has no way to take the command of an image away; the image's own runs.",
            cure="Write the command to run, or build an image without one.",
        ),
        "fargate-capability": Explanation(
            ERROR,
            cause="A service on Fargate adds a Linux capability that containers do not have by "
            "default.",
            reason="Fargate adds only `SYS_PTRACE`, and refuses the task definition otherwise.",
            cure="Do without it, or run the service on EC2 instances.",
            snippet="""
                services:
                  vpn:
                    image: vpn
                    cap_add: [NET_ADMIN]
                    x-aws-capacity: EC2
            """,
        ),
        "fargate-device": Explanation(
            ERROR,
            cause="A service on Fargate maps a device of its host.",
            reason="Fargate has no devices to map, and refuses the task definition.",
            cure="Do without it, or run the service on EC2 instances that have the device. A GPU "
            "is asked for with `gpus`.",
            snippet="""
                services:
                  train:
                    image: train
                    gpus: all
            """,
        ),
        "fargate-ipc": Explanation(
            ERROR,
            cause="A service on Fargate shares memory segments: `ipc: host`, or `ipc: "
            "service:NAME`.",
            reason="Fargate does not let containers share them, and refuses the task definition.",
            cure="Do without it, or run the service on EC2 instances.",
            snippet="""
                services:
                  render:
                    image: render
                    ipc: host
                    x-aws-capacity: EC2
            """,
        ),
        "fargate-memory-maps": Explanation(
            WARNING,
            cause="A member of a cluster of Elasticsearch or OpenSearch, or SonarQube, which "
            "contains Elasticsearch, runs on Fargate and may map its files into memory.",
            reason="These servers look at the limit of memory maps of their host "
            "(`vm.max_map_count`) when they start, and end if it is too low. On a host of your "
            "own, you set it; on Fargate nobody can, and it has been reported to be too low.",
            cure="Let them read their files without memory maps, or run them on EC2 instances with "
            "an image that sets the limit.",
            snippet="""
                services:
                  search:
                    image: opensearchproject/opensearch:3
                    environment:
                      discovery.seed_hosts: search
                      node.store.allow_mmap: "false"
            """,
        ),
        "fargate-pid": Explanation(
            ERROR,
            cause="A service on Fargate sees the processes of its host: `pid: host`.",
            reason="Fargate does not show them, and refuses the task definition.",
            cure="Do without it, or run the service on EC2 instances.",
            snippet="""
                services:
                  monitor:
                    image: monitor
                    pid: host
                    x-aws-capacity: EC2
            """,
        ),
        "fargate-privileged": Explanation(
            ERROR,
            cause="A service on Fargate is `privileged`.",
            reason="Fargate does not run privileged containers, and refuses the task definition.",
            cure="Do without it, or run the service on EC2 instances.",
            snippet="""
                services:
                  builder:
                    image: builder
                    privileged: true
                    x-aws-capacity: EC2
            """,
        ),
        "fargate-shm": Explanation(
            WARNING,
            cause="A service on Fargate says how much shared memory it has: `shm_size`.",
            reason="Every container on Fargate has 64 MiB in `/dev/shm`, which cannot be changed. "
            "Programs that need more (browsers, databases with parallel queries) fail when it is "
            "used up.",
            cure="If 64 MiB are enough, remove the key. Otherwise tell the program to use another "
            "directory (Chromium: `--disable-dev-shm-usage`), or run the service on EC2 instances.",
            snippet="""
                services:
                  browser:
                    image: browser
                    shm_size: 1g
                    x-aws-capacity: EC2
            """,
        ),
        "fargate-ulimit": Explanation(
            WARNING,
            cause="A service on Fargate sets another limit than `nofile`.",
            reason="AWS documents an effect on Fargate only for `nofile`. The limit is passed on, "
            "and may change nothing.",
            cure="Check in the running container (`ulimit -a`), or run the service on EC2 "
            "instances.",
        ),
        "health-image": Explanation(
            WARNING,
            cause="`healthcheck` has no `test`, so it only changes how Docker runs the health "
            "check of the image.",
            reason="ECS does not see the `HEALTHCHECK` of an image. Without a `test` the container "
            "is not checked at all.",
            cure="Write the test of the image here.",
            snippet="""
                services:
                  web:
                    image: nginx
                    healthcheck:
                      test: [CMD, curl, -f, http://localhost/]
                      interval: 10s
            """,
        ),
        "health-range": Explanation(
            WARNING,
            cause="A number of a `healthcheck` is out of the range of ECS: an `interval` of 5 to "
            "300 seconds, a `timeout` of 2 to 60, a `start_period` of at most 300, 1 to 10 "
            "`retries`, and whole seconds.",
            reason="ECS would refuse the task definition, so the nearest number is taken. ECS "
            "stops a task that is not healthy, where Docker only marks it: check that the number "
            "still gives the container the time it needs.",
            cure="Write a number within the range.",
            snippet="""
                services:
                  db:
                    image: postgres:17
                    healthcheck:
                      test: [CMD, pg_isready, -U, postgres]
                      interval: 10s
                      timeout: 5s
                      retries: 10
                      start_period: 5m
            """,
        ),
        "health-replaced": Explanation(
            INFO,
            cause="Services have a `healthcheck`.",
            reason="Docker marks a container whose checks fail, and lets it run. ECS stops the "
            "task of an essential container that is unhealthy, and starts another one: a database "
            "that is still being set up would be stopped in the middle. So failures in the first "
            "300 seconds do not count where no `start_period` is written. A container whose check "
            "succeeds earlier is healthy at once.",
            cure="Check that each test succeeds in the image that runs (`curl` may not be in it). "
            "Write a `start_period` where 300 seconds are too many or too few.",
        ),
        "health-unknown": Explanation(
            INFO,
            cause="Containers of one task have a `healthcheck` and others have none: services that "
            "share a network, or the container that routes logs for `awsfirelens`.",
            reason="Amazon ECS documents that the health of a task is that of all its essential "
            "containers, UNKNOWN if one of them has no check, and that a deployment, and names in "
            "Cloud Map, wait until a task with a check is healthy. Tasks have been seen that ECS "
            "called healthy anyway, so nothing is changed; but if a deployment does not end, "
            "this may be why.",
            cure="Write a `healthcheck` for the others, too: `test: [CMD, 'true']` is enough in an "
            "image that has `true`. The container that routes logs gets one by "
            "`x-aws-cloudformation`, which this finding does not see.",
        ),
        "image-local": Explanation(
            WARNING,
            cause="A service is built from source, and its `image` has no registry in its name.",
            reason="Docker finds the image that it has just built. ECS pulls it, and looks for a "
            "name without a registry on Docker Hub.",
            cure="Write the name under which the image is pushed; or leave `image` out, and the "
            "template asks for it with a parameter.",
            snippet="""
                services:
                  web:
                    build: .
                    image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2
            """,
        ),
        "image-name": Explanation(
            ERROR,
            cause="The name of an image has blanks, or more than 255 characters.",
            reason="ECS refuses the task definition.",
            cure="Write the name as `docker pull` takes it.",
        ),
        "ipc-elsewhere": Explanation(
            ERROR,
            cause="A service shares memory segments (`ipc`) with one that runs in another task, or "
            "with a container outside the file.",
            reason="Containers share memory only within a task.",
            cure="Put both into one task with `network_mode: service:NAME`.",
            snippet="""
                services:
                  render:
                    image: render
                    x-aws-capacity: EC2
                  viewer:
                    image: viewer
                    network_mode: service:render
                    ipc: service:render
                    x-aws-capacity: EC2
            """,
        ),
        "labels-managed": Explanation(
            WARNING,
            cause="A service that runs on ECS Managed Instances has `labels`.",
            reason="Containers there have no labels, and ECS would refuse the task.",
            cure="Remove them; `deploy.labels` become tags of the ECS service and its tasks.",
            snippet="""
                services:
                  train:
                    image: train
                    x-aws-capacity: EC2
                    deploy:
                      labels: {team: research}
            """,
        ),
        "model-asked": Explanation(
            WARNING,
            cause="A service uses a language model (`models`), and its `environment` does not say "
            "where that is.",
            reason="Docker runs the model, and puts its address and its name into variables of the "
            "container. ECS does not, so parameters of the template ask for both.",
            cure="When the stack is created, give the address of a service that speaks the API of "
            "OpenAI, such as Amazon Bedrock, and the name that it has for the model. Or set both "
            "variables under `environment`; a key of that service belongs into `x-aws-secrets`.",
            snippet="""
                services:
                  web:
                    image: app
                    models:
                      llm: {endpoint_var: LLM_URL, model_var: LLM_MODEL}
                    environment:
                      LLM_URL: https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1
                      LLM_MODEL: openai.gpt-oss-20b-1:0
                models:
                  llm: {model: ai/gpt-oss}
            """,
        ),
        "pid-elsewhere": Explanation(
            ERROR,
            cause="A service sees the processes (`pid`) of one that runs in another task, or of a "
            "container outside the file.",
            reason="Containers see each other's processes only within a task.",
            cure="Put both into one task with `network_mode: service:NAME`.",
            snippet="""
                services:
                  web:
                    image: nginx
                  profiler:
                    image: profiler
                    network_mode: service:web
                    pid: service:web
            """,
        ),
        "pid-task": Explanation(
            WARNING,
            cause="A service asks to see the processes of another one of its task.",
            reason="ECS knows this for a task as a whole: all its containers see each other's "
            "processes, where Docker would let only this one see the other's.",
            cure="Nothing, if that is acceptable. Otherwise run the services that must not be seen "
            "in a task of their own.",
        ),
        "platform-unknown": Explanation(
            ERROR,
            cause="ECS does not run tasks on the `platform` of a service.",
            reason="ECS runs Linux on x86-64 and ARM64, and Windows on x86-64.",
            cure="Write one of these platforms.",
            snippet="""
                services:
                  web:
                    image: nginx
                    platform: linux/arm64
            """,
        ),
        "runtime-unknown": Explanation(
            WARNING,
            cause="A service names another `runtime` than `runc` or `nvidia`.",
            reason="ECS chooses the runtime itself. What another one gives (stronger isolation "
            "with gVisor, say) is not there.",
            cure="Remove the key if the service runs without it.",
        ),
        "security-module": Explanation(
            WARNING,
            cause="`security_opt` has `apparmor:…` or `label:…`, for a service on EC2 instances.",
            reason="ECS places such a task only on instances whose agent says that they have "
            "AppArmor (`ECS_APPARMOR_CAPABLE=true`) or SELinux (`ECS_SELINUX_CAPABLE=true`). "
            "Instances that the stack starts say so; those of an existing cluster must be told. "
            "Amazon Linux has no AppArmor, and its Docker does not use labels of SELinux unless "
            "it is configured to, so the option itself has no effect there.",
            cure="Name an image that has the module and is configured for it, such as one with "
            "Ubuntu for AppArmor; or leave the option out.",
            snippet="""
                services:
                  web:
                    image: nginx
                    security_opt: ["apparmor:docker-nginx"]
                    x-aws-capacity: {ami: ami-0a1b2c3d4e5f60718}
            """,
        ),
        "security-option": Explanation(
            WARNING,
            cause="A service has a `security_opt` that is left out: on Fargate any; on EC2 "
            "instances what is neither `no-new-privileges` nor about AppArmor or SELinux.",
            reason="Fargate refuses security options; its tasks share no kernel with each other.",
            cure="Remove the option. If the service must have `no-new-privileges`, run it on "
            "instances.",
            snippet="""
                services:
                  web:
                    image: nginx
                    security_opt: ["no-new-privileges:true"]
                    x-aws-capacity: EC2
            """,
        ),
        "stop-range": Explanation(
            WARNING,
            cause="`stop_grace_period` is not a time that ECS takes: whole seconds, 2 at least and "
            "on Fargate 120 at most.",
            reason="After that time ECS kills the container. The nearest time is taken, so a "
            "service that needs longer to finish its work loses it.",
            cure="Write a time within the range. Let work that takes longer be resumed by the next "
            "task, or run the service on EC2 instances.",
            snippet="""
                services:
                  worker:
                    image: worker
                    stop_grace_period: 2m
            """,
        ),
        "sysctl-unknown": Explanation(
            ERROR,
            cause="A service sets a kernel parameter that belongs to the whole instance, such as "
            "`vm.max_map_count`.",
            reason="ECS lets a container set parameters of its own network and IPC namespaces "
            "only: `net.*`, `fs.mqueue.*` and those of `kernel.*` that are about messages, "
            "semaphores and shared memory.",
            cure="Remove it, and tell the program to do without (Elasticsearch: "
            "`node.store.allow_mmap=false`); or give the service instances whose image sets the "
            "parameter.",
            snippet="""
                services:
                  search:
                    image: search
                    x-aws-capacity:
                      ami: ami-0123456789abcdef0
            """,
        ),
        "ulimit-range": Explanation(
            ERROR,
            cause="The soft limit under `ulimits` is above the hard limit, or a limit is below 0 "
            "and not -1, which means that there is none.",
            reason="ECS refuses the task definition, as Linux refuses such a limit.",
            cure="Write limits from 0, or -1, and a soft one that is at most the hard one.",
            snippet="""
                services:
                  web:
                    image: nginx
                    ulimits:
                      nofile: {soft: 20000, hard: 40000}
            """,
        ),
        "ulimit-unknown": Explanation(
            ERROR,
            cause="ECS does not know a limit of `ulimits`.",
            reason="ECS refuses the task definition.",
            cure="Correct the name; the message names one that is near.",
        ),
        "windows-linux": Explanation(
            WARNING,
            cause="A service on Windows has settings of Linux: `init`, capabilities, devices, "
            "limits, `tmpfs`, kernel parameters.",
            reason="They mean nothing on Windows and are left out. What is written to a `tmpfs` "
            "goes to the disk of the task.",
            cure="Remove them, or run the service on `linux/amd64`.",
        ),
    },
)
