"""The report of a comparison: what is in it, and that it says what the comparison says."""

from __future__ import annotations

import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("matplotlib")

from arsieve_rf import ARSieveForecaster, compare_bootstraps
from arsieve_rf.evaluation.comparison.report import tables, write_report
from arsieve_rf.evaluation.comparison.report.columns import columns
from arsieve_rf.evaluation.comparison.report.content import build
from arsieve_rf.evaluation.comparison.report.tables import methods_table, series_table
from arsieve_rf.report.page import to_html
from tests.report.pages import Tags

FOREST = ARSieveForecaster(2, n_estimators=5, random_state=0)
NASTY = 'a <b>&"{x}'


def walk(n=60, seed=0):
    return np.random.default_rng(seed).normal(size=n).cumsum()


@pytest.fixture(scope="module")
def one():
    return compare_bootstraps(
        walk(), bootstraps={NASTY: "iid", "blocks": "moving", "sieve": "ar_sieve"}, h=2, n_windows=8,
        season=4, forecaster=FOREST,
    )  # fmt: skip


@pytest.fixture(scope="module")
def many():
    days = pd.date_range("2024-01-01", periods=40)
    parts = [pd.DataFrame({"unique_id": f"s{i}", "ds": days, "y": walk(40, i)}) for i in range(4)]
    return compare_bootstraps(
        pd.concat(parts), bootstraps=["iid", "auto"], h=2, n_windows=4, coverage=None, forecaster=FOREST
    )


@pytest.fixture(params=["one", "many"])
def either(request):
    return request.getfixturevalue(request.param)


def cells(table):
    """By the row's head, and the column's title."""
    return {row.head: dict(zip(table.columns[1:], row.cells, strict=True)) for row in table.rows if row.cells}


def section(document, key):
    return next(section for section in document.sections if section.key == key)


# --- the page -----------------------------------------------------------------------------------------------


def test_page(either, tmp_path):
    path = write_report(
        either, tmp_path / "r.html", title=NASTY, facts=[("Fact:", NASTY)], command="run 'a & b'"
    )
    tags = Tags(path.read_text(encoding="utf-8"))
    assert {"short", "methods", "pictures", "measured", "repeat", "made"} <= tags.ids
    assert {link.removeprefix("#") for link in tags.links} <= tags.ids
    assert tags.texts.count(NASTY) >= 2  # the title, in the head, too
    assert f" {NASTY}" in tags.texts  # the fact
    assert "run 'a & b'" in tags.texts
    text = " ".join(tags.texts)
    assert "nan" not in re.split(r"[^a-z]+", text.lower())
    assert "Fact:" in tags.texts


def test_without_a_command_there_is_no_section_for_it(one):
    assert "repeat" not in {section.key for section in build(one, "", (), None).sections}


def test_all_plain_words_are_there(either):
    (bullets,) = section(build(either, "", (), None), "short").blocks
    said = [line.strip() for line in either.describe().splitlines()]
    told = [lead for lead, _ in bullets.items] + [text for _, text in bullets.items]
    assert sorted(re.sub(r"\s", "", "".join(said)).lower()) == sorted(
        re.sub(r"\s", "", "".join(told)).lower()
    )
    leads = [line for line in either.describe().splitlines() if not line.startswith(" ")]
    assert [lead.lower() for lead, _ in bullets.items] == [lead.lower() for lead in leads]


def test_figures(either):
    import matplotlib as mpl

    with mpl.rc_context({"font.size": 17.0}):
        figures = build(either, "", (), None).figures()
        assert mpl.rcParams["font.size"] == 17.0  # the user's settings stay
    kinds = ["ranks", "ratios"] if hasattr(either, "comparisons") else ["steps", "differences", "correlation"]
    assert [figure.name for figure in figures] == kinds
    for figure in figures:
        assert ET.fromstring(figure.svg).tag.endswith("}svg")
        assert "{" not in figure.caption.replace(NASTY, "")
        assert figure.caption in figure.alt
    assert [figure.svg for figure in build(either, "", (), None).figures()] == [f.svg for f in figures]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "from all values before it, and from nothing that comes later. Models are fitted at each."),
        ({"window": "sliding"}, "are forecast from as many values as at the first before it"),
        ({"step": 3}, "4, 3 values apart, the last one at the end of the series. At each, 1 step"),
        ({"refit": 2}, "Models are fitted at the first and then at one in 2; between fits they"),
        ({"refit": False}, "Models are fitted at the first; between fits they take in the new values."),
        ({"coverage": None}, "Intervals: none were asked for."),
        ({"coverage": 0.8}, "Intervals: prediction intervals that are to hold 0.8 of the values."),
        ({"random_state": 5}, "Seed: 5."),
        ({"season": 7}, "Season: 7 step(s)"),
        ({}, "Lags: 1, 2; the same"),
        ({}, "60 values, 0 to 59; the first that was forecast is 56."),
    ],
)
def test_how_it_was_measured(options, sentence):
    result = compare_bootstraps(walk(), bootstraps=["iid"], n_windows=4, forecaster=FOREST, **options)
    (bullets,) = section(build(result, "", (), None), "measured").blocks
    assert sentence in " ".join(f"{lead} {text}" for lead, text in bullets.items)


# --- tables -------------------------------------------------------------------------------------------------


def test_cells_are_the_summary(one):
    found, table = cells(methods_table(one)), one.summary()
    assert [re.sub(r" \(winner\)$", "", name) for name in found] == sorted(
        table.index, key=lambda name: (table.loc[name, "kind"] != "bootstrap", table.loc[name, "mse"])
    )
    names = {
        "MSE": "mse", "MAE": "mae", "ratio": "ratio", "MASE": "mase", "score": "interval_score",
        "trees": "tree_correlation",
    }  # fmt: skip
    for method, row in found.items():
        for title, name in names.items():
            expected, text = table.loc[method, name], row[title].text.split()[-1]
            if math.isnan(expected):
                assert text == "–"
            else:
                assert float(text) == pytest.approx(expected, rel=6e-3, abs=6e-3)
        assert row["set"].text == ("yes" if table.loc[method, "in_confidence_set"] else "no")
        if table.loc[method, "kind"] == "bootstrap":
            assert float(row["inside"].text.rstrip("%")) / 100 == pytest.approx(
                table.loc[method, "coverage"], abs=6e-4
            )


def test_one_cell_is_bold(either):
    found = cells(methods_table(either))
    bold = [(name, title) for name, row in found.items() for title, cell in row.items() if cell.bold]
    assert bold == [(either.best_, columns(either)[0].title)]


def test_the_winner_is_named(one, monkeypatch):
    assert one.winner_ is None
    assert not any("winner" in name for name in cells(methods_table(one)))
    monkeypatch.setitem(vars(one), "winner_", one.best_)
    assert f"{one.best_} (winner)" in cells(methods_table(one))


def test_intervals_stand_below_ratios_but_for_the_reference(either):
    found, table = cells(methods_table(either)), either.summary()
    for name, row in found.items():
        if name == either.reference:
            assert row["ratio"].note == ""
        else:
            ends = [float(end) for end in row["ratio"].note.split("–")]
            assert ends == pytest.approx(table.loc[name, ["ratio_lower", "ratio_upper"]], rel=6e-3, abs=6e-3)


@pytest.mark.parametrize(
    ("ratio", "p_holm", "sign"),
    [(0.5, 0.049, -1), (2.0, 0.049, 1), (0.5, 0.051, 0), (2.0, 0.9, 0), (2.0, math.nan, 0)],
)
def test_colours_need_evidence(one, monkeypatch, ratio, p_holm, sign):
    table = one.summary()
    table.loc["naive", ["ratio", "ratio_lower", "ratio_upper"]] = [ratio, ratio / 1.1, ratio * 1.1]
    table.loc["naive", "p_holm"] = p_holm
    monkeypatch.setattr(one, "summary", lambda: table)
    cell = cells(methods_table(one))["naive"]["ratio"]
    assert np.sign(cell.shade) == sign
    assert cell.text.startswith({-1: "▼ ", 0: str(ratio)[:3], 1: "▲ "}[sign])


@pytest.mark.parametrize(
    ("rank", "ratio", "sign"),
    [(-0.01, 0.6, -1), (0.01, 1.7, 1), (None, 1.7, 0), (-0.01, 1.7, 0), (0.01, 0.6, 0)],
)
def test_colours_of_many_series_need_ranks_that_are_apart(many, monkeypatch, rank, ratio, sign):
    """``rank`` is how far beyond the critical difference; None is just within it."""
    table, own = many.summary(), many.mean_ranks[many.reference]
    apart = 0.99 if rank is None else math.copysign(1.0, rank)
    table.loc["naive", "mean_rank"] = own + apart * many.critical_difference + (rank or 0.0)
    table.loc["naive", ["ratio", "ratio_lower", "ratio_upper"]] = [ratio, ratio / 1.1, ratio * 1.1]
    monkeypatch.setattr(many, "summary", lambda: table)
    assert np.sign(cells(methods_table(many))["naive"]["ratio"].shade) == sign


def test_columns_without_values_are_left_out(many, one):
    titles = [column.title for column in columns(many)]
    assert "inside" not in titles  # no intervals
    assert "MSE" not in titles  # other units for each series
    without_test = one.summary().assign(p_value=np.nan, p_holm=np.nan)
    assert "p" in [column.title for column in columns(one)]

    class Older:
        reference = one.reference

        def summary(self):
            return without_test

    assert "p" not in [column.title for column in columns(Older())]


def test_meanings_name_all_columns(either):
    document = build(either, "", (), None)
    details = section(document, "methods").blocks[2]
    assert [lead for lead, _ in details.blocks[0].items] == [
        f"{title}:" for title in methods_table(either).columns[1:]
    ]


def test_series_by_series(many, monkeypatch):
    table = series_table(many)
    found = cells(table)
    assert list(found) == ["s0", "s1", "s2", "s3"]
    for name, row in found.items():
        own = many.comparisons[name].summary()
        for method, cell in row.items():
            assert method != many.reference
            assert float(cell.text.split()[-1]) == pytest.approx(own.loc[method, "ratio"], rel=6e-3, abs=6e-3)
            assert (cell.shade != 0) == bool(own.loc[method, "p_holm"] < 0.05)
    assert "first" not in table.caption
    monkeypatch.setattr(tables, "ROWS_AT_MOST", 2)
    table = series_table(many)
    assert list(cells(table)) == ["s0", "s1"]
    assert "(the first 2 of 4 series)" in table.caption


def test_nothing_to_tell_apart():
    result = compare_bootstraps(np.ones(40), bootstraps=["iid", "auto"], n_windows=3, forecaster=FOREST)
    page = to_html(build(result, "", (), None))
    text = " ".join(Tags(page).texts)
    assert "∞" not in text
    assert cells(methods_table(result))["auto"]["ratio"].text == "1.00"
