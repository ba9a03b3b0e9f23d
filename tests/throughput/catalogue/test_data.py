"""The catalogue's data file: closed schema, no gap in what must be known, no overlapping days."""

import json
from datetime import date
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest

from throughput import catalogue
from throughput.sizing.categories import CATEGORIES

ROOT = Path(__file__).resolve().parents[3]
DATA = json.loads(catalogue.DATA.read_text(encoding="utf-8"))
ROWS = DATA["rows"]
NAMES = [f"{row['model']} {row['valid_from']}" for row in ROWS]


class TestEveryRowIsWellFormed:
    def test_the_file_validates_against_its_closed_schema(self) -> None:
        schema = json.loads((ROOT / "schemas" / "catalogue.schema.json").read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(DATA)

    @pytest.mark.parametrize("row", ROWS, ids=NAMES)
    def test_it_has_a_source_a_date_and_days_that_make_sense(self, row: dict[str, object]) -> None:
        assert str(row["source"]).startswith("https://")
        assert date.fromisoformat(str(row["as_of"])) <= date.fromisoformat(DATA["as_of"])
        if row["valid_to"]:
            assert str(row["valid_from"]) < str(row["valid_to"])

    @pytest.mark.parametrize("row", ROWS, ids=NAMES)
    def test_its_windows_get_shorter_as_orders_grow(self, row: dict[str, object]) -> None:
        windows = row["windows"] or DATA["general_windows"]["windows"]
        assert isinstance(windows, list)
        assert windows[0][0] == 1
        for before, after in pairwise(windows):
            assert before[0] < after[0]
            assert before[2] > after[2]

    def test_rows_of_a_model_never_overlap(self) -> None:
        models = catalogue.load()
        for model in {row["model"] for row in ROWS}:
            for before, after in pairwise(models.rows(model)):
                assert before.valid_to is not None, model
                assert before.valid_to <= after.valid_from, model

    def test_what_replaces_a_model_is_in_the_catalogue(self) -> None:
        models = catalogue.load()
        replacements = {row["lifecycle"]["replaced_by"] for row in ROWS} - {None}
        suggested = {entry["instead"] for entry in DATA["not_offered"]} - {None}
        assert replacements | suggested <= set(models.ids)

    def test_every_category_is_of_the_one_vocabulary(self) -> None:
        assert {name for row in ROWS for tier in row["tiers"] for name in tier["rates"]} <= set(CATEGORIES)

    def test_no_model_that_is_known_to_be_left_out_has_an_orderable_row(self) -> None:
        models = catalogue.load()
        assert [model for model in models.ids if models.refusal(model)] == []
