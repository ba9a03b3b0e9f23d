"""The engine over the stand-in for Google Cloud, which answers in its process."""

import json
from pathlib import Path
from typing import Any

from local.engine import deploy

PROGRAM = """
import pulumi, pulumi_gcp as gcp

project = gcp.organizations.Project("project", project_id="acme-dev", name="acme-dev", org_id="123")
service = gcp.projects.Service("iam", project=project.project_id, service="iam.googleapis.com")
account = gcp.serviceaccount.Account("client", project=project.project_id, account_id="client")
gcp.projects.IAMMember("use", project=project.project_id, role="roles/viewer", member=account.member)
pulumi.export("number", project.number)
pulumi.export("looked-up", gcp.organizations.get_project_output(project_id=project.project_id).number)
"""


def test_an_injected_failure_leaves_what_the_next_run_completes(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text(PROGRAM)
    arguments: dict[str, Any] = {
        "root": tmp_path,
        "project": "acme",
        "stack": "local",
        "config": {},
        "state_dir": tmp_path / "state",
        "program": tmp_path / "__main__.py",
    }
    preview = deploy(operation="preview", **arguments)
    assert preview.ok
    assert preview.outputs["number"] == "[unknown until up]"
    assert not (tmp_path / "state").exists()

    rule = {"op": "create", "type": "*:Account", "error": "quota exceeded", "code": "RESOURCE_EXHAUSTED"}
    broken = deploy(operation="up", environment={"PT_CLOUD_FAILURES": json.dumps([rule])}, **arguments)
    assert broken.exit_code == 1
    assert [(each.severity, each.message) for each in broken.diagnostics] == [("error", "quota exceeded")]
    assert {step.name for step in broken.changes} == {"acme-local", "project", "iam"}
    assert [urn.rpartition("::")[2] for urn in broken.failed + broken.skipped] == ["client", "use"]

    mended = deploy(operation="up", **arguments)
    assert mended.ok, mended.diagnostics
    assert {step.name for step in mended.changes} == {"client", "use"}
    assert mended.outputs["looked-up"] == mended.outputs["number"]
    things = json.loads((tmp_path / "state/cloud.json").read_text())["resources"]
    assert sum(len(each) for each in things.values()) == 4

    kept = deploy(operation="destroy", **arguments)
    assert kept.exit_code == 1
    assert "deletion policy is PREVENT" in kept.diagnostics[0].message

    typo = PROGRAM.replace("org_id=", "labels={'team': 1}, org_id=")
    (tmp_path / "__main__.py").write_text(typo)
    refused = deploy(operation="preview", **arguments)
    assert [each.message for each in refused.diagnostics] == ["labels.team: must be a string, found 1"]
