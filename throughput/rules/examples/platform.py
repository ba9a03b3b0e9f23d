"""Examples of what surrounds the orders: projects, APIs, alerts, budgets."""

from dataclasses import replace

from throughput.rules.examples.base import CHAT, DRAFT, LOST, Example, still
from throughput.rules.model import Level, Resource


def project_protected() -> list[Example]:
    name = "project-protected"
    project = Resource(
        type="gcp:organizations/project:Project",
        name="acme-genai",
        inputs={"deletionPolicy": "PREVENT"},
        protect=True,
    )
    found: tuple[tuple[Level, str], ...] = (("violation", "project/unprotected"),)
    return [
        Example(rule=name, outcome="pass", title="protected, and deletion prevented", resources=(project,)),
        Example(
            rule=name,
            outcome="violation",
            title="not protected",
            resources=(replace(project, protect=False),),
            expected=found,
            says=("isn't protected",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="deletion allowed",
            resources=(replace(project, inputs={"deletionPolicy": "DELETE"}),),
            expected=found,
            says=("DELETE",),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="another resource",
            resources=(Resource(type="gcp:storage/bucket:Bucket", name="b", inputs={}),),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="a project without inputs",
            resources=(replace(project, inputs={}),),
            expected=found,
            says=("unset",),
        ),
    ]


def services_kept() -> list[Example]:
    name = "services-kept"
    service = Resource(
        type="gcp:projects/service:Service",
        name="aiplatform",
        inputs={"service": "aiplatform.googleapis.com", "disableOnDestroy": False},
    )
    found: tuple[tuple[Level, str], ...] = (("violation", "services/disabled"),)
    return [
        Example(rule=name, outcome="pass", title="an API that stays on", resources=(service,)),
        Example(
            rule=name,
            outcome="violation",
            title="an API that goes with the stack",
            resources=(replace(service, inputs={**service.inputs, "disableOnDestroy": True}),),
            expected=found,
            says=("aiplatform.googleapis.com",),
        ),
        Example(
            rule=name,
            outcome="not applicable",
            title="another resource",
            resources=(Resource(type="gcp:storage/bucket:Bucket", name="b", inputs={}),),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="an API that doesn't say",
            resources=(replace(service, inputs={}),),
            expected=found,
        ),
    ]


def _alert(query: str, project: str = "acme-genai") -> Resource:
    conditions = [{"conditionPrometheusQueryLanguage": {"query": query}}]
    return Resource(
        type="gcp:monitoring/alertPolicy:AlertPolicy",
        name="alert",
        inputs={"project": project, "conditions": conditions},
    )


def pool_has_alerts() -> list[Example]:
    name = "pool-has-alerts"
    labels = 'model_user_id="gemini-3.8-flash",location="global"'
    full, spill = (
        _alert(f"x{{{labels}}} / dedicated_token_limit"),
        _alert(f'x{{{labels},request_type="spillover"}}'),
    )
    found: tuple[tuple[Level, str], ...] = (("violation", "alerts/missing"),)
    return [
        Example(
            rule=name,
            outcome="pass",
            title="alerts on utilisation and spillover",
            view=still(CHAT),
            resources=(full, spill),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="no alert on spillover",
            view=still(CHAT),
            resources=(full,),
            expected=found,
            says=("spillover",),
        ),
        Example(
            rule=name,
            outcome="violation",
            title="alerts in another project",
            view=still(CHAT),
            resources=(replace(full, inputs={**full.inputs, "project": "other"}), spill),
            expected=found,
            says=("utilisation",),
        ),
        Example(rule=name, outcome="not applicable", title="a pool with a draft only", view=still(DRAFT)),
        Example(
            rule=name,
            outcome="not applicable",
            title="Veo, which Google doesn't meter",
            view=still(replace(CHAT, model="veo-3.1-generate-001", location="us-central1")),
        ),
        Example(
            rule=name,
            outcome="bad input",
            title="an alert without conditions",
            view=still(CHAT),
            resources=(replace(full, inputs={"project": "acme-genai"}),),
            expected=found,
        ),
    ]


def budget_present() -> list[Example]:
    name = "budget-present"
    budget = Resource(type="gcp:billing/budget:Budget", name="budget", inputs={})
    return [
        Example(rule=name, outcome="pass", title="a budget", view=still(CHAT), resources=(budget,)),
        Example(
            rule=name,
            outcome="violation",
            title="orders without a budget: advice",
            view=still(CHAT),
            expected=(("advice", "budget/missing"),),
            says=("prod",),
        ),
        Example(rule=name, outcome="not applicable", title="no order that hasn't ended", view=still(LOST)),
        Example(
            rule=name,
            outcome="bad input",
            title="a budget of another provider doesn't count",
            view=still(CHAT),
            resources=(replace(budget, type="aws:budgets/budget:Budget"),),
            expected=(("advice", "budget/missing"),),
        ),
    ]
