"""What each kind of caller needs to act as one client of a stack: commands, pipeline steps, pod specs, and files without keys.

Nothing here knows a secret. Where the number of the project isn't known yet, federated callers get no half-filled text: `Setup.missing`
says which command finds it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from shlex import quote
from typing import Any

from throughput.config.models import Client, Environment, GkeWorkload
from throughput.credentials import made
from throughput.roles import FEDERATED_ROLE, IMPERSONATE_ROLE

# v3.0.0 and v5.0.0 by commit: a tag can be moved (https://github.com/google-github-actions/auth/releases/tag/v3.0.0, 2025-09).
_AUTH_ACTION = "google-github-actions/auth@7c6bc770dae815cd3e89ee6cdf493a5fab2cc093 # v3.0.0"
_CHECKOUT_ACTION = "actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0"
TOKEN_FILE = "/tmp/gitlab-id-token"  # noqa: S108 - a path inside the job's own container, made by the job with mode 0600


class Caller(StrEnum):
    """What `--for` takes, besides all."""

    DEVELOPER = "developer"
    GITHUB = "github"
    GITLAB = "gitlab"
    GKE = "gke"
    AWS = "aws"
    VM = "vm"


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A client of a stack, and what is known of where it lives. `number` is the home project's, None before it is known."""

    stack: str
    name: str
    client: Client
    environment: Environment
    number: str | None
    locations: tuple[str, ...]
    token_file: str = TOKEN_FILE

    @property
    def project(self) -> str:
        """The project whose models it calls."""
        return self.environment.project_of(self.client.project)

    @property
    def home(self) -> str:
        """The project that holds the pools."""
        return self.environment.home_project

    @property
    def email(self) -> str:
        """Its service account."""
        return f"{self.name}@{self.project}.iam.gserviceaccount.com"

    @property
    def variables(self) -> dict[str, str]:
        """What its process needs to know besides a credential."""
        found = {"GOOGLE_CLOUD_PROJECT": self.project}
        if len(self.locations) == 1:
            found["GOOGLE_CLOUD_LOCATION"] = self.locations[0]
        return found


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What one caller needs. `file`: the credential file, where there is one. `absent`: why this caller can't act as the client."""

    caller: Caller
    title: str
    text: str = ""
    file: dict[str, Any] | None = None
    no_file: str | None = None
    missing: str | None = None
    absent: str | None = None
    notes: tuple[str, ...] = field(default=())


def setup(caller: Caller, subject: Subject) -> Setup:
    """What `caller` needs to act as the client."""
    return _MAKERS[caller](subject)


def _developer(subject: Subject) -> Setup:
    people = ", ".join(subject.client.developers)
    if not people:
        return _absent(Caller.DEVELOPER, "a developer, by impersonation", subject, "developers", "nobody")
    lines = [
        f"gcloud auth application-default login --impersonate-service-account={subject.email}",
        f"gcloud auth application-default set-quota-project {subject.project}",
        *_exports(subject),
    ]
    return Setup(
        caller=Caller.DEVELOPER,
        title=f"a developer ({people}), by impersonation",
        text="\n".join(lines),
        no_file="gcloud writes the file, and keeps it in its own folder",
        notes=(
            f"They hold {IMPERSONATE_ROLE} on that account and nothing else; no key exists, and what they do is logged in their name.",
            f"Where gcloud refuses a quota project for impersonated credentials: export GOOGLE_CLOUD_QUOTA_PROJECT={subject.project}",
        ),
    )


def _github(subject: Subject) -> Setup:
    title = "GitHub Actions"
    github = subject.environment.federation.github
    if github is None or not subject.client.github:
        return _absent(Caller.GITHUB, title, subject, "github", "no repository")
    title = f"{title} ({', '.join(subject.client.github)})"
    why_no_file = f"{_AUTH_ACTION.partition('@')[0]} writes the file anew in each job; put gha-creds-*.json into .gitignore"
    if subject.number is None:
        return _unknown(Caller.GITHUB, title, subject)
    environments = {
        name: entry.environment
        for name in subject.client.github
        if (entry := github.repositories[name]).environment
    }
    lines = [
        "permissions:",
        "  contents: read",
        "  id-token: write",
        "jobs:",
        "  call:",
        "    runs-on: ubuntu-latest",
        *(
            [f"    environment: {next(iter(environments.values()))}"]
            if len(set(environments.values())) == 1
            else []
        ),
        "    env:",
        *(f"      {name}: {value}" for name, value in subject.variables.items()),
        "    steps:",
        f"      - uses: {_CHECKOUT_ACTION}",
        f"      - uses: {_AUTH_ACTION}",
        "        with:",
        f"          project_id: {subject.project}",
        f"          workload_identity_provider: {made.provider(subject.number, 'github')}",
        f"          service_account: {subject.email}",
    ]
    return Setup(
        caller=Caller.GITHUB,
        title=title,
        text="\n".join(lines),
        no_file=why_no_file,
        notes=(
            *(
                _pinned(name, github.repositories[name].ref, environments.get(name))
                for name in subject.client.github
            ),
            "GitHub's own token lives for 5 minutes; the step has to run shortly before the calls it is for.",
        ),
    )


def _gitlab(subject: Subject) -> Setup:
    title = "GitLab CI"
    gitlab = subject.environment.federation.gitlab
    if gitlab is None or not subject.client.gitlab:
        return _absent(Caller.GITLAB, title, subject, "gitlab", "no project")
    title = f"{title} ({', '.join(subject.client.gitlab)})"
    if subject.number is None:
        return _unknown(Caller.GITLAB, title, subject)
    path = subject.token_file
    lines = [
        "call:",
        "  id_tokens:",
        "    VERTEX_ID_TOKEN:",
        f"      aud: https://iam.googleapis.com/{made.provider(subject.number, 'gitlab')}",
        "  variables:",
        "    GOOGLE_APPLICATION_CREDENTIALS: $CI_PROJECT_DIR/vertex-credentials.json",
        *(f"    {name}: {value}" for name, value in subject.variables.items()),
        "  before_script:",
        f'    - (umask 077 && printf %s "$VERTEX_ID_TOKEN" > {quote(path)})',
    ]
    return Setup(
        caller=Caller.GITLAB,
        title=title,
        text="\n".join(lines),
        file=made.from_token_file(subject.number, "gitlab", subject.email, path),
        notes=(
            *(_pinned(name, gitlab.projects[name].ref, None) for name in subject.client.gitlab),
            f"The file holds no secret and may be committed: pt adc {subject.stack} --client {subject.name} --for gitlab --write vertex-credentials.json",
        ),
    )


def _gke(subject: Subject) -> Setup:
    if not subject.client.gke:
        return _absent(Caller.GKE, "GKE", subject, "gke", "no workload")
    text = "\n---\n".join(_pod(workload, subject) for workload in subject.client.gke)
    return Setup(
        caller=Caller.GKE,
        title="GKE, as the Kubernetes service account itself",
        text=text,
        no_file="the pod asks the node's metadata server; there is no file, no key and no variable",
        notes=(
            "The cluster needs Workload Identity Federation for GKE, the node pool its metadata server.",
            "These workloads hold the client role themselves; no service account stands between, so no annotation is needed.",
        ),
    )


def _pod(workload: GkeWorkload, subject: Subject) -> str:
    names = "\n".join(
        f'        - {{name: {name}, value: "{value}"}}' for name, value in subject.variables.items()
    )
    return "\n".join(
        [
            "apiVersion: v1",
            "kind: ServiceAccount",
            f"metadata: {{name: {workload.service_account}, namespace: {workload.namespace}}}",
            "---",
            "# In the pod's template:",
            "spec:",
            f"  serviceAccountName: {workload.service_account}",
            "  nodeSelector: {iam.gke.io/gke-metadata-server-enabled: 'true'}",
            "  containers:",
            f"    - name: {workload.service_account}",
            "      env:",
            names,
        ]
    )


def _aws(subject: Subject) -> Setup:
    title = "AWS, as a role"
    if subject.number is None:
        return _unknown(Caller.AWS, title, subject)
    pool = f"projects/{subject.number}/locations/global/workloadIdentityPools/{made.AWS_POOL}"
    lines = [
        "# On AWS, as the role that shall call:",
        "export AWS_ACCOUNT=$(aws sts get-caller-identity --query Account --output text)",
        "export AWS_ROLE=$(aws sts get-caller-identity --query Arn --output text | cut -d/ -f2)",
        "# Once, by whoever administers the project, with the same two values (this stack makes no pool for AWS):",
        f"gcloud iam workload-identity-pools create {made.AWS_POOL} --project={subject.home} --location=global",
        f"gcloud iam workload-identity-pools providers create-aws {made.AWS_POOL} --project={subject.home} --location=global \\",
        f'  --workload-identity-pool={made.AWS_POOL} --account-id="$AWS_ACCOUNT" \\',
        "  --attribute-mapping=\"google.subject=assertion.arn,attribute.aws_role=assertion.arn.extract('assumed-role/{role}/')\" \\",
        "  --attribute-condition=\"assertion.arn.startsWith('arn:aws:sts::$AWS_ACCOUNT:assumed-role/$AWS_ROLE/')\"",
        f"gcloud iam service-accounts add-iam-policy-binding {subject.email} --project={subject.project} \\",
        f"  --role={FEDERATED_ROLE} \\",
        f'  --member="principalSet://iam.googleapis.com/{pool}/attribute.aws_role/$AWS_ROLE"',
        "# In the process:",
        'export GOOGLE_APPLICATION_CREDENTIALS="$PWD/vertex-credentials.json"',
        *_exports(subject),
    ]
    return Setup(
        caller=Caller.AWS,
        title=title,
        text="\n".join(lines),
        file=made.from_aws(subject.number, subject.email),
        notes=(
            f"The file holds no secret: pt adc {subject.stack} --client {subject.name} --for aws --write vertex-credentials.json",
            "google-auth reads the role from the instance's metadata or from AWS_ACCESS_KEY_ID and its sisters; ECS and EKS need those set.",
        ),
    )


def _vm(subject: Subject) -> Setup:
    lines = [
        "# With VM and ZONE naming the machine, while it is stopped:",
        'gcloud compute instances set-service-account "$VM" --zone="$ZONE" \\',
        f"  --service-account={subject.email} --scopes=cloud-platform",
        "# In the process:",
        *_exports(subject),
    ]
    return Setup(
        caller=Caller.VM,
        title="a virtual machine of Google Cloud, with the account attached",
        text="\n".join(lines),
        no_file="the machine's metadata server gives the token; there is nothing to write",
        notes=(
            f"Who attaches it needs roles/iam.serviceAccountUser on {subject.email}.",
            "Everybody who can log in to the machine can act as the account.",
        ),
    )


def _exports(subject: Subject) -> list[str]:
    return [f"export {name}={quote(value)}" for name, value in subject.variables.items()]


def _pinned(name: str, ref: str | None, environment: str | None) -> str:
    only = [f"on {ref}"] if ref else []
    only += [f"in the environment {environment}"] if environment else []
    return (
        f"{name}: {' and '.join(only)} only; the token of any other run is refused."
        if only
        else (f"{name}: any of its runs may act; naming a ref in the stack's federation would narrow that.")
    )


def _absent(caller: Caller, title: str, subject: Subject, key: str, nobody: str) -> Setup:
    reason = f"clients.{subject.name}.{key} of stack {subject.stack} names {nobody}"
    return Setup(caller=caller, title=title, absent=reason)


def _unknown(caller: Caller, title: str, subject: Subject) -> Setup:
    find = f"gcloud projects describe {subject.home} --format='value(projectNumber)'"
    command = f'pt adc {subject.stack} --client {subject.name} --for {caller} --project-number "$({find})"'
    return Setup(caller=caller, title=title, missing=command)


_MAKERS: dict[Caller, Callable[[Subject], Setup]] = {
    Caller.DEVELOPER: _developer,
    Caller.GITHUB: _github,
    Caller.GITLAB: _gitlab,
    Caller.GKE: _gke,
    Caller.AWS: _aws,
    Caller.VM: _vm,
}
