"""From the user's words to strategies."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from arsieve_rf.resampling.all_rows import AllRows
from arsieve_rf.resampling.base import Observed, Strategy
from arsieve_rf.resampling.iid import IID
from arsieve_rf.resampling.moving import MovingBlock
from arsieve_rf.resampling.registry import BOOTSTRAPS, make_strategy, strategy_options
from arsieve_rf.resampling.stationary import StationaryBlock

OPTIONS = {"order": 2, "initial": "mean", "block_length": 4, "period": 6}


@pytest.mark.parametrize("word", [*BOOTSTRAPS, None])
def test_every_word_makes_a_strategy_that_draws(word):
    strategy = make_strategy(word, **OPTIONS)
    assert isinstance(strategy, Strategy)
    y = np.random.default_rng(0).normal(size=40)
    draws = strategy.fit(Observed((y,), 2, None, 38)).draw(np.arange(3, dtype=np.uint64))
    assert draws.shape == (3, 40 if strategy.draws == "series" else 38)


def test_the_words():
    assert set(BOOTSTRAPS) == {
        "ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", "seasonal",
    }  # fmt: skip


@pytest.mark.parametrize("word", [*BOOTSTRAPS, None])
def test_options_reach_the_strategies_that_have_them(word):
    strategy = make_strategy(word, **OPTIONS)
    used = strategy_options(word)
    for name, value in OPTIONS.items():
        assert hasattr(strategy, name) == (name in used)
        assert getattr(strategy, name, value) == value


def test_strategy_options():
    assert strategy_options("iid") == strategy_options(None) == strategy_options(MovingBlock(3)) == ()
    assert strategy_options("moving") == ("block_length",)
    assert strategy_options("seasonal") == ("block_length", "period")
    assert "order" in strategy_options("ar_sieve")


def test_strategy_objects_are_kept():
    strategy = StationaryBlock(3.5)
    assert make_strategy(strategy, block_length=9) is strategy
    assert make_strategy(None) == AllRows()
    with pytest.raises(FrozenInstanceError):
        strategy.block_length = 2


@pytest.mark.parametrize("word", ["", "AR_SIEVE", "block", "None"])
@pytest.mark.parametrize("ask", [make_strategy, strategy_options])
def test_unknown_words_are_told_the_known_ones(ask, word):
    with pytest.raises(
        ValueError, match=r'bootstrap must be one of "ar_sieve", "iid", .*"seasonal", "auto", None'
    ) as caught:
        ask(word)
    assert repr(word) in str(caught.value)


@pytest.mark.parametrize("thing", [3, True, IID, ["iid"], object()])
def test_other_things_are_refused(thing):
    with pytest.raises(TypeError, match="bootstrap must be one of"):
        make_strategy(thing)


def test_an_option_of_no_strategy_is_an_error():
    with pytest.raises(TypeError, match=r"\['block_size'\]; known are .*'block_length'"):
        make_strategy("moving", block_size=3)


def test_the_seasonal_word_needs_a_period():
    with pytest.raises(ValueError, match=r"period must be an integer .* got None"):
        make_strategy("seasonal", block_length="auto", period=None)


def test_what_an_estimator_asks_before_fitting():
    flags = {word: (cls.draws, cls.has_out_of_bag, cls.uses_time_order) for word, cls in BOOTSTRAPS.items()}
    assert flags["ar_sieve"] == ("series", False, True)
    assert flags["iid"] == ("rows", True, False)
    assert {flags[word] for word in flags if word not in ("ar_sieve", "iid")} == {("rows", True, True)}
