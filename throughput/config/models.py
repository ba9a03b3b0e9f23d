"""What people write in `stacks/Pulumi.<stack>.yaml`: the environment.

camelCase in YAML, snake_case here; unknown keys are refused, so a typo can't pass. Validators only look at the values given.
"""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    model_validator,
)
from pydantic.alias_generators import to_camel

from throughput.instants import Day
from throughput.names import (
    AccountId,
    BillingAccount,
    Email,
    LabelKey,
    LabelValue,
    Member,
    NumericId,
    ProjectId,
)
from throughput.orders import Routing, Term


class Model(BaseModel):
    """Base of everything configurable: closed, frozen, camelCase outside."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=to_camel, validate_by_name=False, validate_by_alias=True
    )


def _money(value: object) -> object:
    # A float such as 43800.1 has no exact decimal; YAML numbers are taken by their shortest spelling, as people wrote them.
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("allowed: an amount in USD, such as 43800 or 43800.50")
    try:
        return Decimal(repr(value) if isinstance(value, float) else str(value).strip())
    except InvalidOperation:
        raise ValueError("allowed: an amount in USD, such as 43800 or 43800.50") from None


def _bounded(value: Decimal) -> Decimal:
    if not value.is_finite() or not Decimal(0) <= value <= Decimal("1e12"):
        raise ValueError("allowed: an amount in USD from 0 to 1,000,000,000,000")
    return value


Usd = Annotated[
    Decimal,
    BeforeValidator(_money),
    AfterValidator(_bounded),
    PlainSerializer(
        lambda amount: int(amount) if amount == amount.to_integral() else float(amount), return_type=float
    ),
    Field(description="US dollars, list price, without tax"),
]


class Project(Model):
    """One Google Cloud project, made by this stack or adopted as it is."""

    mode: Literal["create", "adopt"] = Field(
        default="adopt",
        description="create: this stack makes it. adopt: it exists and is imported, protected",
    )
    name: str | None = Field(
        default=None, min_length=4, max_length=30, description="Display name; the id unless said"
    )
    folder: NumericId | None = Field(default=None, description="Numeric id of the folder it lives in")
    organization: NumericId | None = Field(
        default=None, description="Numeric id of the organisation it lives in, without a folder"
    )
    billing_account: BillingAccount | None = None
    labels: dict[LabelKey, LabelValue] = Field(default_factory=dict, description="Labels of the project")
    services: list[Annotated[str, Field(pattern=r"^[a-z0-9-]+\.googleapis\.com$")]] = Field(
        default_factory=list, description="APIs to enable besides the ones this toolkit needs"
    )

    @model_validator(mode="after")
    def _one_parent(self) -> Self:
        if self.folder and self.organization:
            raise ValueError("name the folder or the organization, not both: a project has one parent")
        if self.mode == "create" and not (self.folder or self.organization):
            raise ValueError("a project that is created needs a folder or an organization to live in")
        if self.mode == "create" and not self.billing_account:
            raise ValueError(
                "a project that is created needs a billingAccount: without one Vertex AI stays off"
            )
        return self


class GithubRepository(Model):
    """One repository whose workflows may act, by numeric id: names can be taken over, ids can't."""

    id: NumericId
    ref: str | None = Field(
        default=None,
        pattern=r"^refs/(heads|tags)/\S+$",
        description="Only workflows on this ref, such as refs/heads/main",
    )
    environment: str | None = Field(
        default=None, pattern=r"^[\w.-]+$", description="Only jobs bound to this GitHub environment"
    )


def _ids_once(where: str, ids: dict[str, str]) -> None:
    # Bindings go by id: two entries of one id, each on its own ref, would let either ref act as the clients of both.
    seen: dict[str, str] = {}
    for name, value in ids.items():
        if value in seen:
            raise ValueError(
                f"{where}.{name} has the id of {where}.{seen[value]} ({value}): name each id once"
            )
        seen[value] = name


class Github(Model):
    """Workload Identity Federation for GitHub Actions."""

    owner_id: NumericId = Field(
        description="Numeric id of the organisation or user that owns the repositories"
    )
    repositories: dict[str, GithubRepository] = Field(
        min_length=1, description="By a short name of your choice; each id once"
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _ids_once("repositories", {name: entry.id for name, entry in self.repositories.items()})
        return self


class GitlabProject(Model):
    """One GitLab project whose pipelines may act, by numeric id."""

    id: NumericId
    ref: str | None = Field(
        default=None, pattern=r"^[\w./-]+$", description="Only pipelines on this branch or tag"
    )


class Gitlab(Model):
    """Workload Identity Federation for GitLab CI."""

    issuer: str = Field(default="https://gitlab.com", pattern=r"^https://[a-z0-9.-]+$")
    namespace_id: NumericId = Field(description="Numeric id of the group or user namespace")
    projects: dict[str, GitlabProject] = Field(
        min_length=1, description="By a short name of your choice; each id once"
    )

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _ids_once("projects", {name: entry.id for name, entry in self.projects.items()})
        return self


class Federation(Model):
    """Who outside Google Cloud may act, without keys."""

    github: Github | None = None
    gitlab: Gitlab | None = None


class GkeWorkload(Model):
    """A Kubernetes service account that calls the models directly, without a key and without a service account between."""

    project: ProjectId = Field(
        description="Project of the GKE cluster: its workload pool is PROJECT.svc.id.goog"
    )
    project_number: NumericId = Field(description="Number of that project: principals name the pool by it")
    namespace: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
    service_account: str = Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$")


class Client(Model):
    """A client of the models: a service account that may predict and nothing else, and who may become it."""

    project: ProjectId | None = Field(
        default=None, description="Which of the projects; not needed when there is one"
    )
    github: list[str] = Field(
        default_factory=list, description="Repositories of federation.github that may act as it"
    )
    gitlab: list[str] = Field(
        default_factory=list, description="Projects of federation.gitlab that may act as it"
    )
    gke: list[GkeWorkload] = Field(
        default_factory=list, description="GKE workloads that hold the client role themselves"
    )
    developers: list[Member] = Field(
        default_factory=list, description="People or groups that may impersonate it"
    )


class Buyers(Model):
    """Who may place and change orders."""

    group: Email = Field(description="Google group that holds the Provisioned Throughput role")
    deny_others: bool = Field(
        default=False, description="Add a deny policy, so that no other role can place or change orders"
    )


class Budget(Model):
    """A billing budget on the projects: it alerts, it never stops spending."""

    amount_usd: Usd
    thresholds: list[Annotated[float, Field(gt=0, le=2)]] = Field(
        default=[0.5, 0.9, 1.0], min_length=1, description="Shares of the amount that alert"
    )


class ReviewWindow(Model):
    """When the review of a renewal opens and falls due, in days before the term ends."""

    open: int = Field(ge=1, le=365, strict=True)
    due: int = Field(ge=0, le=365, strict=True)

    @model_validator(mode="after")
    def _opens_first(self) -> Self:
        if self.open <= self.due:
            raise ValueError(
                f"the review opens before it falls due: open {self.open} must be more than due {self.due}"
            )
        return self


# Rules that see the environment; those over one resource don't, so a level here would silently do nothing.
LevelledRule = Literal[
    "grow-only",
    "renewal-reviewed",
    "order-editable",
    "term-allowed",
    "model-available",
    "catalogue-fresh",
    "exposure-approved",
    "routing-allowed",
    "label-valid",
    "record-current",
    "pool-has-alerts",
    "budget-present",
]


class Rules(Model):
    """How strict this environment is."""

    exposure_limit_usd: Usd = Field(
        default=Decimal(10_000), description="A change that commits more needs an approval"
    )
    renewal_review: dict[Term, ReviewWindow] = Field(
        default_factory=dict, description="Overrides the review windows per term"
    )
    routing: list[Routing] = Field(
        default_factory=lambda: list(Routing),
        min_length=1,
        description="Routing modes that orders may use here",
    )
    catalogue_max_age_days: int = Field(
        default=60, ge=1, le=3650, strict=True, description="Older catalogue rows draw a finding"
    )
    levels: dict[LevelledRule, Literal["mandatory", "advisory", "disabled"]] = Field(
        default_factory=dict, description="Enforcement level per rule, where it differs from the rule's own"
    )


class Environment(Model):
    """One environment: its projects, identities, people, alerts and rules."""

    emulated: bool = Field(
        default=False, description="Runs against the stand-in cloud; needs no account and costs nothing"
    )
    as_of: Day | None = Field(
        default=None, description="Emulated stacks only: the day to judge by, so that an example doesn't age"
    )
    projects: dict[ProjectId, Project] = Field(min_length=1, description="By project id")
    home: ProjectId | None = Field(
        default=None, description="Which project holds what all share; not needed when there is one"
    )
    clients: dict[AccountId, Client] = Field(
        default_factory=dict, description="Client service accounts by name"
    )
    federation: Federation = Field(default_factory=Federation)
    buyers: Buyers | None = None
    deployers: list[Member] = Field(
        default_factory=list, description="Identities that run pulumi here; none of them may buy"
    )
    approvers: list[Email] = Field(
        default_factory=list, description="Who may approve exposure, renewals and corrections"
    )
    notification_emails: list[Email] = Field(default_factory=list, description="Where alerts go")
    essential_contacts: list[Email] = Field(
        default_factory=list, description="Who gets Google's expiry and renewal notices"
    )
    budget: Budget | None = None
    rules: Rules = Field(default_factory=Rules)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.as_of is not None and not self.emulated:
            raise ValueError("asOf is for emulated stacks: a real environment is judged by today")
        if self.home is None and len(self.projects) > 1:
            raise ValueError(f"home must name one of the projects: {', '.join(self.projects)}")
        if self.home is not None and self.home not in self.projects:
            raise ValueError(f"home {self.home!r} isn't one of the projects: {', '.join(self.projects)}")
        for name, client in self.clients.items():
            self._client_fits(name, client)
        if self.budget is not None and self.projects[self.home_project].billing_account is None:
            raise ValueError(
                f"a budget needs the billingAccount of {self.home_project}: it belongs to the account"
            )
        return self

    def _client_fits(self, name: str, client: Client) -> None:
        if client.project is None and len(self.projects) > 1:
            raise ValueError(
                f"clients.{name}.project must name one of the projects: {', '.join(self.projects)}"
            )
        if client.project is not None and client.project not in self.projects:
            raise ValueError(
                f"clients.{name}.project {client.project!r} isn't one of the projects: {', '.join(self.projects)}"
            )
        known: dict[str, dict[str, Any]] = {
            "github": dict(self.federation.github.repositories) if self.federation.github else {},
            "gitlab": dict(self.federation.gitlab.projects) if self.federation.gitlab else {},
        }
        for kind, wanted in (("github", client.github), ("gitlab", client.gitlab)):
            for entry in wanted:
                if entry not in known[kind]:
                    raise ValueError(
                        f"clients.{name}.{kind} names {entry!r}, which federation.{kind} doesn't have: {', '.join(known[kind]) or 'nothing'}"
                    )

    @property
    def home_project(self) -> str:
        """The project that holds what all share."""
        return self.home or next(iter(self.projects))

    def project_of(self, named: str | None) -> str:
        """The project meant where naming it is optional."""
        return named or self.home_project
