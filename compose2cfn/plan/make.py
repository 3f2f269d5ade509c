"""The plan: every decision about an application, each made when it is first asked for."""

from collections.abc import Callable, Mapping
from functools import cached_property, wraps
from typing import TypeVar
from weakref import WeakKeyDictionary

from compose2cfn.diagnostics import Diagnostic, KeyPath
from compose2cfn.findings import Findings, Parameter
from compose2cfn.model.app import App
from compose2cfn.model.frozen import Fixed, Frozen
from compose2cfn.plan.autoscaling import ServiceScaling, autoscaling
from compose2cfn.plan.compute import Beside, Compute, Deployment, compute, deployments
from compose2cfn.plan.containers import (
    Containers,
    Logs,
    define_containers,
    direct_logs,
    routed_tasks,
)
from compose2cfn.plan.files import (
    BindFates,
    Delivery,
    bind_fates,
    deliveries,
    services_with_shell,
)
from compose2cfn.plan.network import Discovery, Networking, discover, networking
from compose2cfn.plan.permissions import Roles, grant_roles
from compose2cfn.plan.publishing import (
    PublishedPort,
    Publishing,
    published_ports,
    publishing,
    publishing_tasks,
)
from compose2cfn.plan.secrets import Secrets, decide_secrets
from compose2cfn.plan.storage import (
    Storage,
    StorageFacts,
    exclusive_volumes,
    storage,
    tmpfs_memory,
)
from compose2cfn.plan.tasks import Tasks, group
from compose2cfn.plan.terms.names import Names

T = TypeVar("T")


class Plan(Fixed):
    """What emitters read: the app, and what is decided about it, one door per wing.

    A wing decides when it is first asked, by an emitter or by another wing. What is never asked for
    reports no faults and leaves nothing open: a set of emitters without load balancers is not
    refused for its ports. What reads the plan cannot change it.
    """

    app: App
    names: Names
    """The logical ids of the project's services, networks, volumes and secrets."""
    _findings: Findings

    def __init__(self, app: App) -> None:
        findings = Findings(masks=app.masks)
        vars(self).update(app=app, names=Names(app), _findings=findings)
        self.names.report(findings)

    def open(self, decide: Callable[["Plan", Findings], T]) -> T:
        """Let a function decide: it gets this plan, and the sink for what it finds.

        Provisional; `wing` makes the decision once, no matter how often it is asked for.
        """
        return decide(self, self._findings)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What the wings found that have been asked so far."""
        return self._findings.diagnostics

    @property
    def parameters(self) -> Mapping[str, Parameter]:
        """The facts that they left to parameters; declared if something refers to them."""
        return self._findings.parameters

    @property
    def asked(self) -> Mapping[str, KeyPath]:
        """The places of the Compose file that left them open, by the ids of the parameters."""
        return self._findings.asked

    @cached_property
    def tasks(self) -> Tasks:
        """The services that run as one task each, by owner."""
        return group(self.app, self._findings)

    @cached_property
    def secrets(self) -> Secrets:
        """Where secrets are kept, and the files and variables that they become."""
        return decide_secrets(self.app, self.names, self._findings)

    @cached_property
    def compute(self) -> Compute:
        """The cluster, what each task runs on, and how many of it."""
        project, tasks = self.app.project, self.tasks
        routed = routed_tasks(project.services, tasks)
        beside = {
            name: Beside(
                tmpfs_memory(service), exclusive_volumes(project, service) + (name in routed)
            )
            for name, service in project.services.items()
        }
        return compute(self.app, self.names, tasks, self._findings, beside=beside)

    @cached_property
    def windows(self) -> frozenset[str]:
        """The owners of the tasks that run on Windows."""
        hosts = self.compute.tasks.items()
        return frozenset(owner for owner, host in hosts if host.platform.windows)

    @cached_property
    def network(self) -> Networking:
        """The VPC, and the subnets and security groups of the tasks."""
        return networking(
            self.app,
            self.names,
            self.tasks,
            self._findings,
            published=publishing_tasks(self.app, self.tasks),
            fargate=frozenset(owner for owner, host in self.compute.tasks.items() if host.fargate),
        )

    @cached_property
    def discovery(self) -> Discovery:
        """The names that the tasks have in DNS, and which of them look names up."""
        return discover(
            self.app,
            self.tasks,
            self._findings,
            networking=self.network,
            windows=self.windows,
            single=frozenset(
                owner for owner, host in self.compute.tasks.items() if host.task_count.single
            ),
        )

    @cached_property
    def binds(self) -> BindFates:
        """What becomes of the bind mounts."""
        launches = self.compute.tasks
        on_instances = frozenset(
            name
            for owner, task in self.tasks.items()
            for name in task.services
            if not launches[owner].fargate and not launches[owner].managed
        )
        return bind_fates(self.app, on_instances, self._findings)

    @cached_property
    def _shells(self) -> frozenset[str]:
        """The services whose images surely have a shell."""
        return services_with_shell(self.app)

    @cached_property
    def storage(self) -> Storage:
        """The volumes of the tasks, and the file systems behind them."""
        facts = StorageFacts(
            bound=self.binds.volumes,
            shells=self._shells,
            subnets=self.network.subnets,
            own_subnets=frozenset(
                owner for owner, one in self.network.tasks.items() if one.own_subnets
            ),
            windows=self.windows,
        )
        return storage(self.app, self.names, self.tasks, self._findings, facts=facts)

    @cached_property
    def deployments(self) -> Mapping[str, Deployment]:
        """How the service of each task is deployed, by its owner."""
        return deployments(
            self.app,
            self.tasks,
            self.compute.tasks,
            self._findings,
            exec_services=self.compute.exec_services,
            written=self.storage.written,
            exclusive=Frozen({lock.owner: lock.file_system.volume for lock in self.storage.locks}),
        )

    @cached_property
    def roles(self) -> Roles:
        """What the code in the containers may do, and ECS on its behalf."""
        return grant_roles(
            self.app,
            self.names,
            self.tasks,
            self._findings,
            exec_services=self.compute.exec_services,
        )

    @cached_property
    def containers(self) -> Containers:
        """The settings of the container of each service, and what those of a task share."""
        moved = {name: delivery.moved for name, delivery in self.deliveries.items()}
        return define_containers(
            self.app,
            self.names,
            self.tasks,
            compute=self.compute,
            findings=self._findings,
            moved=moved,
        )

    @cached_property
    def logs(self) -> Logs:
        """Where the output of each container goes, and the log group of the stack."""
        return direct_logs(self.app, self.tasks, self.compute, self._findings)

    @cached_property
    def deliveries(self) -> Mapping[str, Delivery]:
        """For each service, what is brought into its container before it starts."""
        return deliveries(
            self.app,
            self.tasks,
            self.storage,
            self._findings,
            fates=self.binds,
            windows=self.windows,
            shells=self._shells,
        )

    @cached_property
    def published_ports(self) -> tuple[PublishedPort, ...]:
        """The ports that clients reach, however they reach them."""
        return published_ports(self.app, self.names, self.tasks, self._findings)

    @cached_property
    def publishing(self) -> Publishing:
        """The load balancers, listeners and rules by which clients reach the published ports."""
        return publishing(
            self.app,
            self.names,
            self.published_ports,
            self._findings,
            networking=self.network,
            stop_first=frozenset(
                owner for owner, deployment in self.deployments.items() if deployment.stop_first
            ),
        )

    @cached_property
    def autoscaling(self) -> Mapping[str, ServiceScaling]:
        """The services whose load decides how many tasks they have, by owner.

        It asks `publishing` only if one scales by its requests.
        """
        return autoscaling(self.compute.tasks, lambda: self.publishing, self._findings)


def wing(decide: Callable[[Plan, Findings], T]) -> Callable[[Plan], T]:
    """Make a wing of a third party: a function that decides once for each plan it is asked with.

    Provisional. The decision counts, with what it finds, if an emitter asks for it.
    """
    made: WeakKeyDictionary[Plan, T] = WeakKeyDictionary()

    @wraps(decide)
    def ask(plan: Plan) -> T:
        if plan not in made:
            made[plan] = plan.open(decide)
        return made[plan]

    return ask
