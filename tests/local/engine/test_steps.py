"""Creating, keeping, changing, replacing and deleting, as Pulumi lays it down."""

from tests.local.engine.conftest import World, ops

CHAIN = """
a = Thing("a", size=3)
b = Thing("b", needs=a.token, opts=Opts(delete_before_replace=True))
c = Thing("c", opts=Opts(depends_on=b))
pulumi.export("token", a.token)
pulumi.export("hidden", pulumi.Output.secret("tok"))
"""


class TestALifeOfAStack:
    """One story in a few runs, because each run starts three processes."""

    def test_create_then_same_then_update_then_delete(self, world: World) -> None:
        preview = world.preview(CHAIN)
        assert preview.ok
        assert preview.outputs == {"token": "[unknown until up]", "hidden": "[secret]"}
        assert ops(preview) == {"a": "create", "b": "create", "c": "create"}
        assert (
            next(step for step in preview.steps if step.name == "b").inputs["needs"] == "[unknown until up]"
        )
        assert not (world.root / "state").exists(), "a preview writes nothing"
        assert world.done() == []

        created = world.up(CHAIN)
        assert created.ok
        assert created.exit_code == 0
        assert created.summary == {"create": 4}
        assert world.done() == ["create a", "create b", "create c"]
        assert created.outputs["token"] == "token of thing/a"
        assert world.recorded()["b"]["inputs"]["needs"] == "token of thing/a"

        again = world.up()
        assert ops(again) == {"a": "same", "b": "same", "c": "same"}
        assert again.changes == ()
        assert world.done() == []
        # Check's baseline is recorded although nothing changes, and then rests.
        assert world.recorded()["a"]["inputs"]["before"] == 3
        text = (world.root / "state/.pulumi/stacks/toys/local.json").read_text()
        world.up()
        assert (world.root / "state/.pulumi/stacks/toys/local.json").read_text() == text

        grown = world.up(CHAIN.replace("size=3", "size=8"))
        (change,) = grown.changes
        assert (change.op, [(each.path, each.old, each.new) for each in change.changes]) == (
            "update",
            [("size", 3, 8)],
        )
        assert world.done() == ["update a"]

        refused = world.preview(CHAIN.replace("size=3", "size=2"))
        assert refused.exit_code == 1
        assert [each.message for each in refused.diagnostics] == ["a thing never shrinks"]
        assert ops(refused) == {}, "what depends on the refused one isn't tried"

        shorter = world.up('a = Thing("a", size=8)')
        assert [step.op for step in shorter.steps if step.name in "abc"] == ["same", "delete", "delete"]
        assert world.done() == ["delete c", "delete b"]
        assert set(world.recorded()) == {"toys-local", "default", "a"}

        gone = world.run("destroy")
        assert gone.ok
        assert world.done() == ["delete a"]
        assert world.recorded() == {}

    def test_a_replacement_that_deletes_first_takes_its_dependents_along(self, world: World) -> None:
        program = """
        a = Thing("a", name="one", opts=Opts(delete_before_replace=True))
        b = Thing("b", name=a.token)
        c = Thing("c", needs=a.token)
        """
        world.up(program)
        result = world.up(program.replace("one", "two"))
        assert result.ok
        assert world.done() == ["delete b", "delete a", "create a"] + [
            each for each in world.done()[3:] if each in ("create b", "update c")
        ]
        assert ops(result)["a"] == "replace"
        assert [step.op for step in result.steps if step.name == "b"] == ["delete-replaced", "replace"]
        assert ops(result)["c"] == "update"
        assert result.summary["replace"] == 2
        (change,) = next(step for step in result.steps if step.op == "replace" and step.name == "a").changes
        assert (change.path, change.old, change.new, change.forces_replacement) == (
            "name",
            "one",
            "two",
            True,
        )

    def test_a_replacement_otherwise_creates_first_and_deletes_last(self, world: World) -> None:
        world.up('Thing("a", name="one")')
        result = world.up('Thing("a", name="two")\nThing("z")')
        assert result.ok
        assert world.done()[-1] == "delete a"
        assert "create a" in world.done()
        assert world.recorded()["a"]["id"] == "thing/two"


class TestOptions:
    def test_protect_refuses_delete_replace_and_destroy_and_nothing_is_deleted(self, world: World) -> None:
        program = 'Thing("a", name="one", opts=Opts(protect=True))\nThing("b")'
        world.up(program)
        for operation in ("preview", "up"):
            result = world.run(operation, 'Thing("c")' if operation == "up" else 'Thing("b")')
            assert result.exit_code == 1
            assert "a is protected and can't be deleted" in result.diagnostics[-1].message
        assert "delete b" not in world.done()
        replaced = world.preview(program.replace('"one"', '"two"'))
        assert "without replacing it" in replaced.diagnostics[-1].message
        destroyed = world.run("destroy")
        assert destroyed.exit_code == 1
        assert world.done() == []
        assert {"a", "b", "c"} <= set(world.recorded())

    def test_ignored_changes_keep_what_is_recorded(self, world: World) -> None:
        world.up('Thing("a", labels={"x": "1", "y": "1"}, size=2, opts=Opts(ignore_changes=["labels.x"]))')
        result = world.up(
            'Thing("a", labels={"x": "2", "y": "1"}, size=2, opts=Opts(ignore_changes=["labels.x"]))'
        )
        assert ops(result) == {"a": "same"}
        assert world.recorded()["a"]["inputs"]["labels"] == {"x": "1", "y": "1"}

    def test_parents_providers_aliases_imports_reads_and_invokes(self, world: World) -> None:
        program = """
        mine = pulumi.ProviderResource("toy", "mine", {"region": "here"})
        box = Box("box")
        Thing("a", opts=Opts(parent=box, provider=mine))
        Thing("b", size=4, opts=Opts(import_="thing/b", protect=True))
        seen = Thing("seen", opts=Opts(id="thing/seen"))
        pulumi.export("said", pulumi.runtime.invoke("toy:index:echo", {"say": "hello"}).value["said"])
        pulumi.export("seen", seen.token)
        """
        result = world.up(program)
        assert result.ok, result.diagnostics
        assert ops(result) == {"a": "create", "b": "update", "seen": "read"}
        adopted = [step for step in result.steps if step.name == "b"]
        assert [step.op for step in adopted] == ["import", "update"], "what differs is a change of its own"
        assert [(each.path, each.old, each.new) for each in adopted[1].changes] == [("size", 1, 4)]
        assert result.outputs == {"said": "hello", "seen": "found"}
        state = world.recorded()
        assert state["a"]["urn"].endswith("::toy:index:Box$toy:index:Thing::a")
        assert state["a"]["provider"].startswith("urn:pulumi:local::toys::pulumi:providers:toy::mine::")
        assert state["mine"]["inputs"]["region"] == "here"
        assert state["seen"]["external"] is True
        moved = world.up(
            program.replace('"a", opts=Opts(', '"moved", name="a", opts=Opts(aliases=[pulumi.Alias("a")], ')
        )
        assert moved.ok, moved.diagnostics
        assert ops(moved)["moved"] == "same"
        assert ops(moved)["b"] == "same"


class TestPolicies:
    def test_a_mandatory_one_stops_the_resource_and_advice_does_not(self, world: World) -> None:
        world.pack = True
        fine = world.up('Thing("a", size=60)')
        assert fine.ok
        assert [(each.policy, each.level) for each in fine.policies] == [("not-big", "advisory")]
        assert fine.policy_count == 3
        big = 'a = Thing("a", size=160)\nThing("b", needs=a.token)\nThing("c")'
        for operation in ("preview", "up"):
            result = world.run(operation, big)
            assert result.exit_code == 1
            stopped = [each for each in result.policies if each.level == "mandatory"]
            assert [each.message for each in stopped] == ["a may have at most 100, and had 60 before"]
            assert ops(result) == {"c": "create"}, "what doesn't depend on it still runs"
        assert world.recorded()["a"]["inputs"]["size"] == 60
        assert "b" not in world.recorded()

    def test_a_stack_policy_judges_after_the_change_was_made(self, world: World) -> None:
        world.pack = True
        result = world.up('for n in range(20): Thing(f"t{n}")')
        assert result.exit_code == 1
        assert [each.policy for each in result.policies] == ["not-crowded"]
        assert len(world.done()) == 20
        assert {f"t{n}" for n in range(20)} <= set(world.recorded())
