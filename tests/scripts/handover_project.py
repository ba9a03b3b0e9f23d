"""A small project to hand over from: one stack file with orders in every state, in a folder of its own."""

import subprocess
from pathlib import Path

STACK = """\
# yaml-language-server: $schema=../schemas/stack.schema.json
config:
  vertex-throughput:environment:
    projects:
      acme-genai: {}
    buyers: {group: pt-buyers@example.com}
    approvers: [approver@example.com, second@example.com]
    essentialContacts: [notices@example.com]
    rules: {exposureLimitUsd: 50000}
  vertex-throughput:orders:
    # The assistant.
    chat:
      model: gemini-3.8-flash   # exact
      location: global
      gsus: 45
      term: 3-months
      autoRenew: true
      status: active
      orderId: '481'
      start: '2026-10-01'
      end: '2027-01-01'

    images:
      model: gemini-3.8-flash
      location: us
      gsus: 5
      term: 1-month
      status: approved
      orderId: '482'

    new:
      model: gemini-3.8-flash
      location: eu
      gsus: 2
      term: 1-month
    asked: {model: gemini-3.8-flash, location: eu, gsus: 3, term: 1-week, status: requested}
    claude:
      model: claude-haiku-4-5
      location: us-east5
      gsus: 8
      term: 3-months
"""


def project(folder: Path, stack: str = STACK, name: str = "prod") -> Path:
    """A project with one stack; returns the stack's file."""
    (folder / "stacks").mkdir(exist_ok=True)
    (folder / "Pulumi.yaml").write_text("name: vertex-throughput\nruntime: python\n")
    path = folder / "stacks" / f"Pulumi.{name}.yaml"
    path.write_text(stack)
    return path


def commit(folder: Path) -> None:
    """Commit the whole folder, with an identity of its own."""
    git = ["git", "-C", str(folder), "-c", "user.name=Test", "-c", "user.email=test@example.com"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "-A"], check=True)
    subprocess.run([*git, "-c", "commit.gpgsign=false", "commit", "-q", "-m", "state"], check=True)
