"""Who may do what with Provisioned Throughput: permissions and roles as data.

Source: the IAM reference (https://docs.cloud.google.com/iam/docs/roles-permissions/aiplatform, 2026-05-30) and the Purchase page
(2026-09-30). Plain `roles/aiplatform.editor` can place an order that nobody can cancel.
"""

# All that a prompt needs; `roles/aiplatform.user` carries about 490 permissions more. The second is for a quota project.
CLIENT_PERMISSIONS = ("aiplatform.endpoints.predict", "serviceusage.services.use")
CLIENT_ROLE_ID = "vertexClient"

BUYER_ROLE = "roles/aiplatform.provisionedThroughputAdmin"

# Deny policies spell permissions with the service's full name.
ORDERING_PERMISSIONS = tuple(
    f"aiplatform.googleapis.com/provisionedThroughputs.{verb}"
    for verb in ("create", "update", "cancel", "split")
)

# Roles that hold every ordering permission; none of them belongs to a deployer or a client. The two basic roles aren't in that table:
# they are counted in because they hold nearly every permission of a project.
ORDERING_ROLES = (
    BUYER_ROLE,
    "roles/aiplatform.admin",
    "roles/aiplatform.editor",
    "roles/iam.mlEngineer",
    "roles/visualinspection.serviceAgent",
    "roles/owner",
    "roles/editor",
)

IMPERSONATE_ROLE = "roles/iam.serviceAccountTokenCreator"
FEDERATED_ROLE = "roles/iam.workloadIdentityUser"
