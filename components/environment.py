"""One environment: its projects, identities, people, alerts, and the ledger of orders. It only puts the other components together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_gcp as gcp

from components._options import child
from components.budget import Budget, BudgetArgs
from components.buyers import Buyers, BuyersArgs
from components.client import Client, ClientArgs
from components.client_role import ClientRole, ClientRoleArgs
from components.federation import Federation, FederationArgs
from components.ledger import Ledger, LedgerArgs
from components.notifications import Notifications, NotificationsArgs
from components.observability import Observability, ObservabilityArgs
from components.project import Project, ProjectArgs
from components.services import Services, ServicesArgs
from throughput.config.models import Environment as EnvironmentConfig
from throughput.monitoring import watched_pools
from throughput.orders import Ledger as OrderLedger
from throughput.orders import Order
from throughput.routing import headers_of


@dataclass(frozen=True, kw_only=True)
class EnvironmentArgs:
    """A validated environment and its ledger; `elsewhere` are other stacks' ends of moves."""

    stack: str
    config: EnvironmentConfig
    ledger: OrderLedger
    elsewhere: Mapping[str, Order]


class Environment(pulumi.ComponentResource):
    """Everything of one stack."""

    def __init__(self, name: str, args: EnvironmentArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("vertex-throughput:components:Environment", name, {}, opts)
        self._args = args
        self._config = args.config
        # First, so that a refusal is heard before the slower things start.
        self.ledger = Ledger(
            "ledger",
            LedgerArgs(
                stack=args.stack, environment=args.config, ledger=args.ledger, elsewhere=args.elsewhere
            ),
            child(self),
        )
        self._setup_providers = {project_id: self._setup(project_id) for project_id in self._config.projects}
        self.providers = {project_id: self._cloud(project_id) for project_id in self._config.projects}
        self.projects = {project_id: self._project(project_id) for project_id in self._config.projects}
        self.services = {project_id: self._services(project_id) for project_id in self._config.projects}
        self.notifications = {
            project_id: self._notifications(project_id) for project_id in self._config.projects
        }
        self.federation = self._federation()
        self.clients = self._clients()
        for project_id in self._config.projects:
            self._per_project(project_id)
        self._budget()
        self.register_outputs({"projects": list(self.projects)})

    def _setup(self, project_id: str) -> gcp.Provider:
        """For the project and its APIs: it names no quota project, which wouldn't exist yet, and labels nothing that is adopted."""
        created = self._config.projects[project_id].mode == "create"
        return gcp.Provider(
            f"gcp-{project_id}-setup",
            project=project_id,
            default_labels=self._labels() if created else None,
            opts=child(self),
        )

    def _cloud(self, project_id: str) -> gcp.Provider:
        return gcp.Provider(
            f"gcp-{project_id}",
            project=project_id,
            # Budgets and contacts ask for a quota project; it is the one they are about.
            billing_project=project_id,
            user_project_override=True,
            default_labels=self._labels(),
            opts=child(self),
        )

    def _labels(self) -> dict[str, str]:
        return {"managed-by": "vertex-throughput", "stack": self._args.stack.lower().replace(".", "-")[:63]}

    def _ready(self, project_id: str) -> pulumi.ResourceOptions:
        """Options of what needs the project with its APIs on."""
        return pulumi.ResourceOptions(parent=self, depends_on=[self.services[project_id]])

    def _project(self, project_id: str) -> Project:
        args = ProjectArgs(
            project_id=project_id,
            config=self._config.projects[project_id],
            provider=self._setup_providers[project_id],
        )
        return Project(project_id, args, child(self))

    def _services(self, project_id: str) -> Services:
        args = ServicesArgs(
            project_id=project_id,
            extra=self._config.projects[project_id].services,
            provider=self._setup_providers[project_id],
        )
        return Services(project_id, args, child(self, depends_on=[self.projects[project_id]]))

    def _notifications(self, project_id: str) -> Notifications:
        args = NotificationsArgs(
            project_id=project_id,
            emails=self._config.notification_emails,
            contacts=self._config.essential_contacts,
            provider=self.providers[project_id],
        )
        return Notifications(project_id, args, self._ready(project_id))

    def _federation(self) -> Federation:
        home = self._config.home_project
        args = FederationArgs(
            project_id=home,
            number=self.projects[home].number,
            config=self._config.federation,
            provider=self.providers[home],
        )
        return Federation("federation", args, self._ready(home))

    def _clients(self) -> dict[str, Client]:
        used = sorted({self._config.project_of(client.project) for client in self._config.clients.values()})
        roles = {
            project_id: ClientRole(
                project_id,
                ClientRoleArgs(project_id=project_id, provider=self.providers[project_id]),
                self._ready(project_id),
            )
            for project_id in used
        }
        clients = {}
        for name, config in self._config.clients.items():
            project_id = self._config.project_of(config.project)
            federated = {f"github-{key}": self.federation.github_member(key) for key in config.github}
            federated |= {f"gitlab-{key}": self.federation.gitlab_member(key) for key in config.gitlab}
            args = ClientArgs(
                project_id=project_id,
                role=roles[project_id].role_name,
                federated=federated,
                developers=config.developers,
                gke=config.gke,
                provider=self.providers[project_id],
            )
            clients[name] = Client(name, args, self._ready(project_id))
        return clients

    def _per_project(self, project_id: str) -> None:
        if self._config.buyers:
            Buyers(
                project_id,
                BuyersArgs(
                    project_id=project_id, config=self._config.buyers, provider=self.providers[project_id]
                ),
                self._ready(project_id),
            )
        pools = [pool for pool in watched_pools(self._args.ledger.values()) if pool.project == project_id]
        channels = self.notifications[project_id].channel_names
        args = ObservabilityArgs(
            project_id=project_id, pools=pools, channels=channels, provider=self.providers[project_id]
        )
        # Alerts follow the orders, so they wait for them: a refused ledger changes no alert either.
        after_ledger = pulumi.ResourceOptions(depends_on=[self.ledger])
        Observability(project_id, args, pulumi.ResourceOptions.merge(self._ready(project_id), after_ledger))

    def _budget(self) -> None:
        home = self._config.home_project
        billing_account = self._config.projects[home].billing_account
        if self._config.budget is None or billing_account is None:
            return
        args = BudgetArgs(
            billing_account=billing_account,
            numbers=[project.number for project in self.projects.values()],
            channels=self.notifications[home].channel_names,
            config=self._config.budget,
            provider=self.providers[home],
        )
        Budget("budget", args, self._ready(home))

    def outputs(self) -> dict[str, Any]:
        """What client teams need: identities, project numbers, and per order what really routes."""
        return {
            "projects": {
                project_id: {"number": project.number} for project_id, project in self.projects.items()
            },
            "clients": {
                name: {
                    "email": client.email,
                    "project": self._config.project_of(self._config.clients[name].project),
                }
                for name, client in self.clients.items()
            },
            "federation": self.federation.providers,
            "orders": {
                order.name: {
                    "project": order.project,
                    "location": order.location,
                    "model": order.model,
                    "status": order.status.value,
                    "routing": order.routing.value,
                    "headers": headers_of(order.routing),
                    "label": order.label_value,
                }
                for order in self._args.ledger.values()
            },
            "pools": self.ledger.pools,
            "exposureUsd": self.ledger.exposureUsd,
        }
