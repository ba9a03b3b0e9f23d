"""The state is a self-managed Pulumi backend: the CLI reads it and finds nothing to change."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from local.engine import EngineError, deploy
from local.engine.sealed import _KEY_BYTES, _ROUNDS
from local.engine.state import Backend, Record, Snapshot, from_json, read_export, to_json
from local.engine.wire import SECRET_SIGNATURE, SIGNATURE_KEY, Secret
from tests.local.engine.conftest import World

ROOT = Path(__file__).parents[3]
SHOWN: dict[str, Any] = {"open": "v", "kept": {SIGNATURE_KEY: SECRET_SIGNATURE, "plaintext": '"tok"'}}


def never(ciphertext: str) -> Any:
    raise AssertionError(ciphertext)


def record(name: str, **more: Any) -> Record:
    return Record(
        urn=f"urn:pulumi:s::p::toy:index:Thing::{name}", type="toy:index:Thing", custom=True, **more
    )


def test_the_file_has_the_shape_of_a_self_managed_backend(world: World) -> None:
    program = """
    box = Box("box")
    a = Thing("a", opts=Opts(parent=box, protect=True, ignore_changes=["size"],
              additional_secret_outputs=["token"], custom_timeouts=pulumi.CustomTimeouts(create="5m")))
    Thing("b", needs=a.token, opts=Opts(retain_on_delete=True))
    """
    assert world.up(program, config={"toy:region": "here"}).ok
    assert (world.root / "state/.pulumi/meta.yaml").read_text() == "version: 1\n"
    document = world.state()
    assert document["version"] == 3
    assert document["checkpoint"]["stack"] == "organization/toys/local"
    manifest = document["checkpoint"]["latest"]["manifest"]
    assert manifest["magic"] == hashlib.sha256(manifest["version"].encode()).hexdigest()
    state = world.recorded()
    names = list(state)
    assert names.index("default") < names.index("a") < names.index("b")
    assert state["default"]["inputs"] == {"region": "here"}
    a, b, box = state["a"], state["b"], state["box"]
    assert a["provider"] == f"{state['default']['urn']}::{state['default']['id']}"
    assert a["parent"] == box["urn"]
    assert box["custom"] is False
    assert a["protect"] is True
    assert a["ignoreChanges"] == ["size"]
    assert a["additionalSecretOutputs"] == ["token"]
    assert a["customTimeouts"] == {"create": 300}
    assert a["outputs"]["token"] == {
        SIGNATURE_KEY: SECRET_SIGNATURE,
        "plaintext": '"token of thing/a"',
    }
    assert b["dependencies"] == [a["urn"]]
    assert b["propertyDependencies"]["needs"] == [a["urn"]]
    assert b["retainOnDelete"] is True
    assert a["inputs"]["size"] == 1
    assert '"size": 1,' in json.dumps(document), "whole numbers stay whole"


def test_a_record_survives_the_file() -> None:
    full = record(
        "a",
        id="x",
        inputs={"n": 1, "s": Secret("tok")},
        outputs={"n": 1.5},
        dependencies=("d",),
        property_dependencies={"n": ("d",)},
        custom_timeouts={"create": 1},
        rest={"hideDiff": ["n"]},
    )
    assert from_json(json.loads(json.dumps(to_json(full))), never) == full


def test_what_the_passphrase_provider_sealed_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    salt, nonce = os.urandom(8), os.urandom(12)
    key = hashlib.pbkdf2_hmac("sha256", b"open", salt, _ROUNDS, _KEY_BYTES)

    def seal(text: str) -> str:
        sealed = AESGCM(key).encrypt(nonce, text.encode(), None)
        return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"

    written = to_json(record("a"))
    written["outputs"] = {"token": {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": seal('"tok"')}}
    providers = {
        "type": "passphrase",
        "state": {"salt": f"v1:{base64.b64encode(salt).decode()}:{seal('pulumi')}"},
    }
    file = tmp_path / "export.json"
    deployment: dict[str, Any] = {"secrets_providers": providers, "resources": [written]}
    file.write_text(json.dumps({"version": 3, "deployment": deployment}))
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "open")
    (found,) = read_export(file)
    assert found.outputs == {"token": Secret("tok")}
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "wrong")
    with pytest.raises(EngineError, match="passphrase doesn't open"):
        read_export(file)
    file.write_text(json.dumps({"deployment": deployment | {"secrets_providers": {"type": "cloud"}}}))
    with pytest.raises(EngineError, match="Go on with the Pulumi CLI"):
        read_export(file)


def test_settled_resources_come_first_and_nothing_is_written_without_a_change(tmp_path: Path) -> None:
    backend = Backend(tmp_path, "p", "s")
    backend.write([record("a"), record("b")])
    olds = backend.read()
    snapshot = Snapshot(olds, backend)
    before = backend.path.stat().st_ino
    snapshot.settle(olds[1], olds[1])
    snapshot.save()
    assert backend.path.stat().st_ino == before
    snapshot.settle(record("c"))
    assert [each.name for each in backend.read()] == ["b", "c", "a"]


def test_a_preview_can_start_from_an_exported_state(world: World) -> None:
    world.up('Thing("a")')
    export = world.root / "export.json"
    export.write_text(json.dumps({"version": 3, "deployment": world.state()["checkpoint"]["latest"]}))
    result = world.preview(exported_state=export, state_dir=world.root / "elsewhere")
    assert result.ok
    assert result.changes == ()
    with pytest.raises(EngineError, match="previews only"):
        world.up(exported_state=export)


@pytest.mark.cli
def test_the_cli_takes_the_folder_over_and_gives_it_back(tmp_path: Path) -> None:
    """Over a program of Google Cloud resources: no changes on either side."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        pytest.skip("the pulumi CLI isn't on PATH")
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (tmp_path / "Pulumi.local.yaml").write_text("config: {}\n")
    virtualenv = Path(sys.prefix)
    (tmp_path / "Pulumi.yaml").write_text(
        "name: demo\nruntime:\n  name: python\n  options:\n"
        f"    toolchain: pip\n    virtualenv: {virtualenv}\n"
    )
    cloud = tmp_path / "state/cloud.json"
    arguments: dict[str, Any] = {
        "root": tmp_path,
        "project": "demo",
        "stack": "local",
        "config": {},
        "state_dir": tmp_path / "state",
        "program": tmp_path / "__main__.py",
        "cloud": cloud,
    }
    assert deploy(operation="up", **arguments).ok
    environment = os.environ | {
        "PATH": f"{ROOT / 'local/google_cloud/bin'}{os.pathsep}{os.environ['PATH']}",
        "PT_PYTHON": sys.executable,
        "PT_CLOUD_FILE": str(cloud),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
    }
    for command in (["preview"], ["up", "--yes", "--skip-preview"]):
        said = subprocess.run(
            [pulumi, *command, "--expect-no-changes", "--stack", "local", "--non-interactive"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert said.returncode == 0, said.stdout + said.stderr
    again = deploy(operation="up", **arguments)
    assert again.ok
    assert again.changes == ()


PROGRAM = """
import pulumi, pulumi_gcp as gcp

project = gcp.organizations.Project("project", project_id="acme-dev", name="acme-dev", org_id="123",
    labels={"team": "ai"}, opts=pulumi.ResourceOptions(protect=True, ignore_changes=["billingAccount"]))
account = gcp.serviceaccount.Account("client", project=project.project_id, account_id="client")
gcp.projects.IAMMember("use", project=project.project_id, role="roles/aiplatform.user", member=account.member)
pulumi.export("number", project.number)
pulumi.export("labels", project.effective_labels)
"""
