"""`pt check` on real git repositories: what it compares, what it refuses, and how it ends when it can't tell."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.scripts.check_repository import Repository, order, stack_of

APPROVED = {"gsus": 15, "until": "2027-01-01", "exposureUsd": 99999, "approvedBy": "approver@example.com"}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.at(
        tmp_path / "r",
        prod={"chat": order(), "images": order(orderId="101", model="gemini-3-pro-image")},
        dev={"trial": order(orderId="102")},
    )


class TestAChange:
    def test_nothing_changed_passes_with_exit_code_0(self, repository: Repository) -> None:
        result = repository.check()
        assert result.exit_code == 0
        assert "no order changes" in result.stdout
        assert "dev, prod: no change" in result.stdout

    def test_a_refused_change_is_a_violation_on_its_line(self, repository: Repository) -> None:
        repository.write(
            "prod", {"chat": order(gsus=6), "images": order(orderId="101", model="gemini-3-pro-image")}
        )
        result = repository.check("--json")
        assert result.exit_code == 1
        [finding] = [f for f in stack_of(result.document, "prod")["findings"] if f["level"] == "violation"]
        assert finding["rule"] == "grow-only"
        line = repository.path("prod").read_text().splitlines()[finding["line"] - 1]
        assert line.strip() == "gsus: 6"

    def test_a_grown_order_shows_old_and_new_with_money(self, repository: Repository) -> None:
        repository.write(
            "prod",
            {
                "chat": order(gsus=15, approval=APPROVED),
                "images": order(orderId="101", model="gemini-3-pro-image"),
            },
        )
        prod = stack_of(repository.report(), "prod")
        [change] = [c for c in prod["changes"] if c["kind"] == "grow"]
        assert (change["oldGsus"], change["newGsus"], change["until"]) == (10, 15, "2027-01-01")
        assert float(prod["committedUsd"]) > 0
        assert [step["order"] for step in prod["afterMerge"]] == ["chat"]

    def test_an_unapproved_exposure_prints_the_block_that_makes_it_pass(self, repository: Repository) -> None:
        images = order(orderId="101", model="gemini-3-pro-image")
        repository.write("prod", {"chat": order(gsus=60), "images": images})
        [finding] = [
            f for f in stack_of(repository.report(), "prod")["findings"] if f["rule"] == "exposure-approved"
        ]
        block = finding["paste"].replace("…", "approver@example.com")
        repository.write("prod", {"chat": order(gsus=60), "images": images})
        text = repository.path("prod").read_text()
        repository.path("prod").write_text(text.replace("    images:", f"      {block}\n    images:"))
        assert repository.check().exit_code == 0

    def test_a_committed_and_an_uncommitted_change_are_judged_alike(self, repository: Repository) -> None:
        repository.write("dev", {"trial": order(orderId="102", gsus=3)})
        dirty = repository.check("--json")
        repository.commit()
        clean = repository.check("--json")
        assert dirty.exit_code == clean.exit_code == 1
        assert dirty.document["dirty"] == ["stacks/Pulumi.dev.yaml"]
        assert clean.document["dirty"] == []
        assert dirty.document["stacks"] == clean.document["stacks"]
        assert "uncommitted changes" in repository_text(repository, gsus=4)

    def test_a_level_of_the_environment_lets_no_refused_change_through(self, repository: Repository) -> None:
        for level in ("disabled", "advisory"):
            repository.write(
                "dev", {"trial": order(orderId="102", gsus=3)}, rules={"levels": {"grow-only": level}}
            )
            result = repository.check("--json")
            found = stack_of(result.document, "dev")["findings"]
            assert [(f["rule"], f["level"]) for f in found] == [("grow-only", "violation")]
            assert result.exit_code == 1

    def test_a_changed_guard_is_shown_with_both_values(self, repository: Repository) -> None:
        repository.write(
            "dev",
            {"trial": order(orderId="102")},
            approvers=["other@example.com"],
            rules={"exposureLimitUsd": 9e6},
        )
        settings = stack_of(repository.report(), "dev")["settings"]
        assert [(s["path"], s["guards"]) for s in settings] == [("approvers", True), ("rules", True)]
        assert settings[0]["old"] == ["approver@example.com"]

    def test_an_emulated_stack_is_judged_by_its_own_day(self, repository: Repository) -> None:
        repository.write("dev", {"trial": order(orderId="102")}, emulated=True, asOf="2026-12-30")
        assert stack_of(repository.check("--json", as_of=None).document, "dev")["asOf"] == "2026-12-30"


def repository_text(repository: Repository, gsus: int) -> str:
    repository.write("dev", {"trial": order(orderId="102", gsus=gsus)})
    return repository.check().stdout


class TestStacksThatComeAndGo:
    def test_a_new_stack_counts_everything_as_new(self, repository: Repository) -> None:
        repository.write("new", {"chat": order(orderId=None, status="draft", start=None, end=None, gsus=1)})
        new = stack_of(repository.report(), "new")
        assert new["state"] == "added"
        assert [change["kind"] for change in new["changes"]] == ["place"]

    def test_a_removed_stack_with_commitments_is_refused(self, repository: Repository) -> None:
        repository.path("prod").unlink()
        result = repository.check("--json")
        prod = stack_of(result.document, "prod")
        assert result.exit_code == 1
        assert prod["state"] == "removed"
        assert {f["order"] for f in prod["findings"] if f["level"] == "violation"} == {"chat", "images"}
        assert all(f["line"] is None for f in prod["findings"])

    def test_a_removed_stack_of_drafts_passes(self, repository: Repository) -> None:
        draft = order(orderId=None, status="draft", start=None, end=None, gsus=1)
        repository.write("drafts", {"chat": draft})
        repository.commit()
        repository.path("drafts").unlink()
        assert repository.check("drafts", "--base", "HEAD").exit_code == 0

    def test_files_that_come_and_go_uncommitted_are_said(self, repository: Repository) -> None:
        repository.path("dev").rename(repository.path("new"))
        assert repository.report()["dirty"] == ["stacks/Pulumi.dev.yaml", "stacks/Pulumi.new.yaml"]

    def test_a_renamed_order_is_refused_with_the_name_to_keep(self, repository: Repository) -> None:
        repository.write("dev", {"renamed": order(orderId="102")})
        result = repository.check("dev")
        assert result.exit_code == 1
        assert "keep the name trial" in result.stdout

    def test_a_declared_move_between_stacks_passes_and_an_undeclared_one_is_refused(
        self, repository: Repository
    ) -> None:
        moved = order(orderId="900", **{"from": "dev/trial"})
        repository.write(
            "dev", {"trial": order(orderId="102", status="superseded", supersededBy="prod/trial")}
        )
        images = order(orderId="101", model="gemini-3-pro-image")
        repository.write(
            "prod",
            {"chat": order(), "images": images, "trial": moved},
            rules={"exposureLimitUsd": 50000},
        )
        declared = repository.check("--json")
        assert declared.exit_code == 0, declared.stdout
        kinds = [c["kind"] for c in stack_of(declared.document, "prod")["changes"]]
        assert "move-project" in kinds
        repository.write("prod", {"chat": order(), "images": images})
        assert repository.check().exit_code == 1

    def test_an_order_id_in_two_stacks_is_a_violation_unless_a_move_links_them(
        self, repository: Repository
    ) -> None:
        repository.write("dev", {"trial": order(orderId="100")})
        document = repository.check("--json").document
        [finding] = document["findings"]
        assert finding["rule"] == "order-id-unique"
        assert "dev/trial" in finding["message"]
        assert "prod/chat" in finding["message"]
        line = repository.path("prod").read_text().splitlines()[finding["line"] - 1]
        assert line.strip() == 'orderId: "100"'


class TestTheBase:
    def test_without_one_it_is_the_merge_base_so_that_others_changes_dont_count(
        self, repository: Repository
    ) -> None:
        repository.git("checkout", "-q", "main")
        repository.write("dev", {"trial": order(orderId="102", gsus=11)})
        repository.commit()
        repository.git("checkout", "-q", "change")
        assert repository.check().exit_code == 0
        assert stack_of(repository.report("--base", "main"), "dev")["state"] == "changed"

    def test_a_base_without_the_folder_makes_every_stack_new(self, tmp_path: Path) -> None:
        bare = Repository.at(tmp_path / "r")
        bare.write("dev", {"trial": order(orderId=None, status="draft", start=None, end=None, gsus=1)})
        assert stack_of(bare.report(), "dev")["state"] == "added"

    def test_a_base_where_the_folder_is_a_file_makes_every_stack_new(self, tmp_path: Path) -> None:
        bare = Repository.at(tmp_path / "r")
        shutil.rmtree(bare.folder / "stacks")
        (bare.folder / "stacks").write_text("not a folder")
        commit = bare.commit()
        (bare.folder / "stacks").unlink()
        (bare.folder / "stacks").mkdir()
        bare.write("dev", {"trial": order(orderId=None, status="draft", start=None, end=None, gsus=1)})
        assert stack_of(bare.report("--base", commit), "dev")["state"] == "added"

    def test_a_hook_that_points_git_elsewhere_changes_nothing(
        self, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
        monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
        assert repository.check().exit_code == 0

    def test_the_stacks_may_stand_below_the_repositorys_top(self, tmp_path: Path) -> None:
        inner = Repository(tmp_path / "r" / "deep" / "er")
        outer = Repository.at(tmp_path / "r")
        (inner.folder / "stacks").mkdir(parents=True)
        shutil.copy(outer.folder / "Pulumi.yaml", inner.folder)
        inner.write("dev", {"trial": order()})
        outer.git("checkout", "-q", "main")
        outer.commit()
        assert stack_of(inner.report(), "dev")["state"] == "unchanged"
        inner.write("dev", {"trial": order(gsus=4)})
        assert inner.check().exit_code == 1
        # Services that show lines need the path from the repository's top.
        assert "file=deep/er/stacks/Pulumi.dev.yaml,line=" in inner.check("--format", "github").stdout
        assert '"uri": "deep/er/stacks/Pulumi.dev.yaml"' in inner.check("--format", "sarif").stdout

    @pytest.mark.parametrize("ref", ["nowhere", "", "--all", "main:stacks", "HEAD\nHEAD", "a b"])
    def test_a_base_that_isnt_there_is_named(self, repository: Repository, ref: str) -> None:
        result = repository.check("--base", ref)
        assert result.exit_code == 2
        assert f"git knows no commit {ref!r} here" in result.stderr
        assert result.stdout == ""

    def test_a_folder_without_git(self, tmp_path: Path) -> None:
        plain = Repository.at(tmp_path / "r", dev={})
        shutil.rmtree(plain.folder / ".git")
        result = plain.check()
        assert result.exit_code == 2
        assert "isn't in a git repository" in result.stderr

    def test_a_repository_without_a_commit(self, tmp_path: Path) -> None:
        (tmp_path / "r" / "stacks").mkdir(parents=True)
        fresh = Repository(tmp_path / "r")
        (fresh.folder / "Pulumi.yaml").write_text("name: small\nruntime: python\n")
        fresh.git("init", "-q", "-b", "main")
        fresh.write("dev", {})
        result = fresh.check()
        assert result.exit_code == 2
        assert "there is no commit here yet" in result.stderr

    def test_an_unknown_default_branch(self, repository: Repository) -> None:
        repository.git("branch", "-q", "-m", "main", "trunk")
        result = repository.check()
        assert result.exit_code == 2
        assert "no default branch is known here" in result.stderr
        assert repository.check("--base", "trunk").exit_code == 0

    def test_histories_without_a_common_commit(self, repository: Repository) -> None:
        repository.git("checkout", "-q", "--orphan", "alone")
        repository.write("other", {})
        repository.commit()
        result = repository.check()
        assert result.exit_code == 2
        assert "no commit in common" in result.stderr

    def test_a_shallow_clone_names_both_ways_out(self, repository: Repository, tmp_path: Path) -> None:
        repository.write("dev", {"trial": order(orderId="102", gsus=11)})
        repository.commit()
        repository.git("checkout", "-q", "main")
        origin = f"file://{repository.folder}"
        clone = tmp_path / "clone"
        subprocess.run(
            ["git", "clone", "-q", "--depth=1", "--branch=change", origin, str(clone)],
            check=True,
            capture_output=True,
        )
        subprocess.run(
            ["git", "fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main"],
            cwd=clone,
            check=True,
            capture_output=True,
        )
        for arguments in ((), ("--base", "HEAD~1")):
            result = Repository(clone).check(*arguments)
            assert result.exit_code == 2
            assert "git fetch --unshallow" in result.stderr
            assert "fetch-depth: 0" in result.stderr
        assert Repository(clone).check("--base", "origin/main").exit_code in (0, 1)


class TestWhatCantBeJudged:
    def test_a_conflict_left_in_a_file_names_its_line_and_others_are_judged(
        self, repository: Repository
    ) -> None:
        text = repository.path("dev").read_text()
        repository.path("dev").write_text(f"{text}<<<<<<< ours\n=======\n>>>>>>> theirs\n")
        repository.path("prod").unlink()
        result = repository.check("--json")
        assert result.exit_code == 2
        dev = stack_of(result.document, "dev")
        assert not dev["judged"]
        assert dev["problems"][0]["line"] == len(text.splitlines()) + 1
        assert "merge conflict" in dev["problems"][0]["message"]
        assert stack_of(result.document, "prod")["findings"]

    def test_a_mistyped_model_is_named_with_its_place(self, repository: Repository) -> None:
        repository.write("dev", {"trial": order(orderId="102", model="gemini-3.8-flsh")})
        result = repository.check("dev")
        assert result.exit_code == 2
        assert re.search(r"stacks/Pulumi\.dev\.yaml:\d+ +orders\.trial\.model", result.stdout)
        assert "Did you mean gemini-3.8-flash?" in result.stdout

    def test_a_base_file_that_no_longer_reads_is_no_pass(self, repository: Repository) -> None:
        good = repository.path("dev").read_text()
        repository.path("dev").write_text(good.replace("gsus: 10", "gsus: ten"))
        repository.commit()
        repository.path("dev").write_text(good)
        result = repository.check("dev", "--base", "HEAD", "--json")
        assert result.exit_code == 2
        [stack] = result.document["stacks"]
        assert not stack["judged"]
        assert stack["problems"][0]["code"] == "check/base-unreadable"
        assert "pt check dev --base REF" in stack["problems"][0]["hint"]

    def test_the_file_of_another_stack_that_cant_be_read_is_said(self, repository: Repository) -> None:
        repository.path("dev").write_text("config: [")
        result = repository.check("prod")
        assert result.exit_code == 0
        assert "not checked: order ids and moves against stack dev" in result.stdout
        assert "✅" not in result.stdout

    def test_an_unknown_stack_gets_the_nearest_name(self, repository: Repository) -> None:
        result = repository.check("prd")
        assert result.exit_code == 2
        assert "Did you mean prod?" in result.stderr

    def test_a_file_whose_name_no_stack_can_have(self, repository: Repository) -> None:
        repository.path("dev").rename(repository.path("a b\nc"))
        result = repository.check()
        assert result.exit_code == 2
        assert r"Pulumi.a b\nc.yaml" in result.stderr

    def test_no_stack_at_all(self, tmp_path: Path) -> None:
        result = Repository.at(tmp_path / "r").check()
        assert result.exit_code == 2
        assert "there is no stack here" in result.stderr

    def test_a_preview_without_a_program_isnt_a_pass(self, repository: Repository) -> None:
        result = repository.check("dev", "--preview", "--json")
        assert result.exit_code == 2
        assert stack_of(result.document, "dev")["preview"]["ran"] is False
        assert result.document["notChecked"]


class TestOutput:
    def test_files_take_their_format_from_their_ending(self, repository: Repository, tmp_path: Path) -> None:
        files = [tmp_path / name for name in ("c.md", "c.sarif", "c.xml", "c.json", "c.txt")]
        result = repository.check("--format", "github", *(f"--output={path}" for path in files))
        assert [path.read_text()[:5] for path in files] == ["### ✅", '{\n  "', "<?xml", '{\n  "', "✅ no "]
        assert result.stdout.startswith("::notice")

    def test_a_file_alone_leaves_standard_output_empty(self, repository: Repository, tmp_path: Path) -> None:
        result = repository.check("--format", "markdown", "--output", str(tmp_path / "comment"))
        assert result.stdout == ""
        assert (tmp_path / "comment").read_text().startswith("### ✅")
        assert "no order changes" in result.stderr

    def test_a_file_that_cant_be_written_is_named(self, repository: Repository, tmp_path: Path) -> None:
        result = repository.check("--output", str(tmp_path / "no" / "where.md"))
        assert result.exit_code == 2
        assert "can't be written" in result.stderr

    def test_two_formats_at_once_are_refused(self, repository: Repository) -> None:
        assert repository.check("--json", "--format", "sarif").exit_code == 2
