"""Queries and thresholds of a pool's alerts."""

import pytest

from throughput.monitoring import dashboard, pool_key, watched_pools, watches
from throughput.orders import Order, Pool, Status, Term

GEMINI = Pool(project="genai-local", location="global", model="gemini-3.8-flash")
CLAUDE = Pool(project="genai-local", location="global", model="claude-haiku-5-5")
_SERIES = 'monitored_resource="aiplatform.googleapis.com/PublisherModel",model_user_id="gemini-3.8-flash",location="global"'


def _order(name: str, model: str, status: Status = Status.DRAFT) -> Order:
    return Order(
        name=name,
        project="genai-local",
        model=model,
        location="global",
        gsus=1,
        term=Term.MONTH,
        auto_renew=False,
        status=status,
    )


def test_utilisation_is_dedicated_tokens_by_the_token_limit() -> None:
    queries = {watch.key: watch.query for watch in watches(GEMINI)}
    prefix = "aiplatform_googleapis_com:publisher_online_serving_"
    share = (
        f'sum(rate({prefix}consumed_token_throughput{{{_SERIES},request_type="dedicated"}}[5m]))'
        f" / max({prefix}dedicated_token_limit{{{_SERIES}}})"
    )
    assert queries["utilisation-80"] == f"{share} > 0.8"
    assert queries["utilisation-90"] == f"{share} > 0.9"
    assert queries["refused"] == (
        f'sum(rate({prefix}model_invocation_count{{{_SERIES},request_type="dedicated",response_code="429"}}[5m])) > 0'
    )
    assert 'request_type="spillover"' in queries["spillover"]


def test_no_query_uses_the_metric_that_counts_tokens_fourfold_or_filters_on_the_project() -> None:
    for pool in (GEMINI, CLAUDE):
        for watch in watches(pool):
            assert "consumed_throughput" not in watch.query
            assert pool.project not in watch.query


def test_claude_is_watched_by_token_counts_which_alone_tell_its_traffic_apart() -> None:
    found = {watch.key: watch for watch in watches(CLAUDE)}
    for key in ("utilisation-80", "utilisation-90", "spillover"):
        assert "consumed_token_throughput" not in found[key].query
        assert "online_serving_token_count{" in found[key].query
    assert "request_type" not in found["refused"].query
    assert "plain tokens" in found["utilisation-80"].meaning
    assert "plain tokens" not in watches(GEMINI)[0].meaning


@pytest.mark.parametrize("status", [Status.EXPIRED, Status.SUPERSEDED])
def test_a_pool_whose_orders_have_ended_is_not_watched(status: Status) -> None:
    assert watched_pools([_order("old", "gemini-3.8-flash", status)]) == []


def test_a_pool_is_watched_once_and_veo_never() -> None:
    orders = [
        _order("a", "gemini-3.8-flash"),
        _order("b", "gemini-3.8-flash"),
        _order("c", "veo-3.1-generate-001"),
    ]
    assert watched_pools(orders) == [GEMINI]


def test_the_dashboard_has_a_row_of_three_charts_per_pool_that_do_not_overlap() -> None:
    tiles = dashboard([CLAUDE, GEMINI])["mosaicLayout"]["tiles"]
    assert len(tiles) == 6
    assert len({(tile["xPos"], tile["yPos"]) for tile in tiles}) == 6
    assert all(tile["xPos"] + tile["width"] <= 48 for tile in tiles)


def test_pools_have_names_of_their_own() -> None:
    assert pool_key(GEMINI) != pool_key(CLAUDE)
