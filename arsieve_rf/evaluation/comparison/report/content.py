"""The sections of a report, in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....report import digits
from ....report.document import Block, Bullets, Code, Details, Document, Figure, Paragraph, Section
from ....report.environment import machine, versions
from ....report.svg import settings, to_svg
from ..panel import PanelComparison
from .columns import columns
from .tables import methods_table, series_table

__all__ = ["build"]

_PACKAGES = ("arsieve-rf", "numpy", "scipy", "numba", "scikit-learn", "statsmodels", "pandas", "arch")

_SIZE = (11.0, 4.8)  # inches, the width that the page gives to pictures

_PICTURES = {
    "steps": "Mean squared error of each method at each step ahead, averaged over the windows. Bold: the "
    "bootstrap with the lowest error over all steps.",
    "differences": "Each mark is a window: the loss of a bootstrap less that of {reference}, relative to the "
    "mean loss of {reference}. The dot is the mean, the bar its 95 % interval: where the bar crosses 0, "
    "chance may be all there is.",
    "correlation": "The less trees resemble each other, the more their mean evens out; but each of them must "
    "be good, too. Further left, trees differ more; further down, forecasts are better.",
}
_PANEL_PICTURES = {
    "ranks": "Mean rank of each method over the series, 1 being the lowest error. Lines join methods whose "
    "ranks are no further apart than chance puts those of equally good ones.",
    "ratios": "Each mark is a series: the mean squared error of a method relative to that of {reference}. "
    "The dot is the geometric mean, the bar its 95 % interval.",
}

_LOSS = (
    "Loss:",
    "that of a window is the mean squared error over its steps. Windows are what is paired, resampled and "
    "tested.",
)
_OF_ONE = (
    (
        "Ratio:",
        "of mean losses. Its interval is Student's, with the standard error of the logarithm from a circular "
        "block bootstrap of the windows; it is for this ratio alone.",
    ),
    (
        "p:",
        "Diebold and Mariano's test of equal losses, with the autocovariances that overlapping windows have "
        "by construction and the correction for few windows of Harvey, Leybourne and Newbold. Corrected "
        "after Holm for the number of tests; bootstraps are one family, all others another.",
    ),
    (
        "Winner:",
        "the bootstrap with the lowest mean loss, if it is better than each other bootstrap by more than "
        "chance, at level .05 after correction. Without a winner, the lowest is only the lowest.",
    ),
    ("Set:", "the model confidence set of Hansen, Lunde and Nason, of size .1: those that may be the best."),
)
_OF_MANY = (
    (
        "Rank:",
        "methods are ranked by their mean loss on each series, and their ranks averaged. Chance may explain "
        "what is within the critical difference (Nemenyi's test at level .05, after Demšar; series count as "
        "independent).",
    ),
    ("Ratio:", "geometric mean over the series, with Student's interval of the mean logarithm."),
    (
        "Winner:",
        "the bootstrap with the lowest mean rank, if each other bootstrap is further from it than the "
        "critical difference. Without a winner, the lowest is only the lowest.",
    ),
)


def build(result: Any, title: str, facts: Sequence[tuple[str, str]], command: str | None) -> Document:
    """The report of a comparison; sections without anything in them are left out."""
    sections = [
        Section("short", "In short", [Bullets(_in_short(result.describe()))]),
        _methods(result),
        Section("pictures", "Pictures", _figures(result)),
        Section("measured", "How it was measured", [Bullets([*facts, *_setting(result), *_rules(result)])]),
        Section("repeat", "Once more", [] if command is None else [Code(command)]),
        Section("made", "Made with", [Bullets(_environment())]),
    ]
    return Document(title, _subtitle(result), [section for section in sections if section.blocks])


def _is_panel(result: Any) -> bool:
    return isinstance(result, PanelComparison)


def _first(result: Any) -> Any:
    """The comparison itself, or that of the first series: windows and intervals are the same for all."""
    return next(iter(result.comparisons.values())) if _is_panel(result) else result


def _subtitle(result: Any) -> str:
    windows = _first(result).setting.windows
    where = f" of each of {len(result.comparisons):,} series" if _is_panel(result) else ""
    bootstraps = digits.count_of(len(result.bootstraps), "bootstrap")
    others = digits.count_of(len(result.methods) - len(result.bootstraps), "other method")
    steps = digits.count_of(windows.h, "step")
    return f"{bootstraps} and {others} on {windows.n_windows:,} windows of {steps}{where}."


def _in_short(text: str) -> list[tuple[str, str]]:
    """Headings with their sentences, as describe() writes them: sentences are indented."""
    items: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith(" "):
            items[-1][1].append(_capital(line.strip()))
        else:
            items.append((_capital(line), []))
    return [(heading, " ".join(sentences)) for heading, sentences in items]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _methods(result: Any) -> Section:
    note = (
        "Blue and ▼: errors smaller than those of the reference by more than chance; orange and ▲: larger; "
        "no colour: chance may be all there is. Bold: the best of the bootstraps, by chance or not."
    )
    meanings = [(f"{column.title}:", f"{column.meaning}.") for column in columns(result)]
    blocks: list[Block] = [Paragraph(note, quiet=True), methods_table(result)]
    blocks.append(Details("What the columns mean", [Bullets(meanings)]))
    if _is_panel(result):
        blocks.append(Details("Series by series", [series_table(result)]))
    return Section("methods", "All methods", blocks)


def _figures(result: Any) -> list[Figure]:
    figures = []
    for kind, words in (_PANEL_PICTURES if _is_panel(result) else _PICTURES).items():
        caption = words.format(reference=result.reference)
        with settings():
            axes = result.plot(kind)
            axes.figure.set_size_inches(*_SIZE)
            alt = f"{axes.get_title(loc='left')}. {caption}"
            figures.append(Figure(kind, caption, alt, to_svg(axes.figure)))
    return figures


def _setting(result: Any) -> list[tuple[str, str]]:
    """What the comparison knows of its data and windows."""
    first = _first(result)
    setting = first.setting
    windows = setting.windows
    kept = "as many values as at the first" if windows.sliding else "all values"
    apart, steps = digits.count_of(windows.step, "value"), digits.count_of(windows.h, "step")
    items = [
        (
            "Windows:",
            f"{windows.n_windows:,}, {apart} apart, the last one at the end of the series. At each, {steps} "
            f"are forecast from {kept} before it, and from nothing that comes later. {_fits(windows)}",
        ),
    ]
    if setting.coverage is None:
        items.append(("Intervals:", "none were asked for."))
    else:
        items.append(
            ("Intervals:", f"prediction intervals that are to hold {setting.coverage:g} of the values.")
        )
    if not _is_panel(result):
        items.insert(0, ("Series:", _series(setting.unit, windows)))
        items.append(("Lags:", f"{', '.join(map(str, result.lags))}; the same for all forests and windows."))
        items.append(("Season:", f"{setting.season} step(s), of the naive forecast that MASE relates to."))
    items.append(("Seed:", f"{setting.seed}."))
    return items


def _fits(windows: Any) -> str:
    if windows.every == 1:
        return "Models are fitted at each."
    again = "" if windows.every >= windows.n_windows else f" and then at one in {windows.every}"
    return f"Models are fitted at the first{again}; between fits they take in the new values."


def _series(unit: Any, windows: Any) -> str:
    n = len(unit.y)
    cutoff = windows.blocks(n)[0].ends[0]
    names = [str(unit.label(at)).removesuffix(" 00:00:00") for at in (0, n - 1, cutoff)]
    return f"{n:,} values, {names[0]} to {names[1]}; the first that was forecast is {names[2]}."


def _rules(result: Any) -> list[tuple[str, str]]:
    """How the numbers come about."""
    return [_LOSS, *(_OF_MANY if _is_panel(result) else _OF_ONE)]


def _environment() -> list[tuple[str, str]]:
    found: dict[str, Any] = {"Versions:": versions(_PACKAGES), "Machine:": machine()}
    return [(lead, ", ".join(f"{k} {v}" for k, v in facts.items()) + ".") for lead, facts in found.items()]
