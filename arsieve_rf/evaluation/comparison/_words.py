"""A comparison in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from .panel import PanelComparison
    from .result import Comparison

__all__ = ["LEVEL", "describe", "describe_panel"]

LEVEL = 0.05
_CLOSE = 0.05
_FEW = 10  # windows without shared steps, below which only large differences can show


def describe(result: Comparison) -> str:
    """Headings with sentences below them."""
    table: Any = result.summary()
    parts = {
        "comparison": [_what(result)],
        "bootstraps": [*_best(result, table), *_verdict(result, table)],
        "beside them": [
            _beside(result, table, name) for name in table.index if name not in result.bootstraps
        ],
        "trees": _trees(table),
        "intervals": _intervals(result, table),
        "caution": _caution(result),
    }
    return _under_headings(parts)


def describe_panel(result: PanelComparison) -> str:
    """Headings with sentences below them."""
    table: Any = result.summary()
    n_series, best = len(result.comparisons), table.loc[result.best_]
    n_others = _counted(result.methods[len(result.bootstraps) :], "other method")
    text = f"lowest mean rank: {result.best_!r} with {best['mean_rank']:.2f}"
    if result.best_ != result.reference:
        text += (
            f"; its mean squared error is on average {best['ratio']:.2f} times that of {result.reference!r}"
        )
        if not np.isnan(best["ratio_lower"]):
            text += f" (95 % interval {best['ratio_lower']:.2f} to {best['ratio_upper']:.2f})"
    parts = {
        "comparison": [f"{_counted(result.bootstraps, 'bootstrap')} and {n_others} on {n_series} series."],
        "bootstraps": [f"{text}.", *_panel_verdict(result)],
        "beside them": [
            f"{name!r} has a mean rank of {table.loc[name, 'mean_rank']:.2f}; it is best of all on "
            f"{table.loc[name, 'n_best']} of the series."
            for name in table.index
            if name not in result.bootstraps
        ],
        "caution": [
            f"{n_series} series {'is' if n_series == 1 else 'are'} few: only large differences can show."
        ]
        if n_series < _FEW
        else [],
    }
    return _under_headings(parts)


def _panel_verdict(result: PanelComparison) -> list[str]:
    if len(result.bootstraps) < 2:
        return []
    difference = f"the critical difference, {result.critical_difference:.2f}"
    if result.winner_ is not None:
        return [
            f"it matters: each of the others ranks worse than {result.winner_!r} by more than {difference}."
        ]
    least = result.mean_ranks[result.best_] + result.critical_difference
    behind = [name for name in result.bootstraps if result.mean_ranks[name] > least]
    if not behind:
        return [f"no difference shows: the mean ranks of all bootstraps are within {difference}."]
    verb = "ranks" if len(behind) == 1 else "rank"
    return [
        f"{_named(behind)} {verb} worse than {result.best_!r} by more than {difference}.",
        "between the others no difference shows.",
    ]


def _under_headings(parts: dict[str, list[str]]) -> str:
    lines = []
    for heading, sentences in parts.items():
        if sentences:
            lines += [f"{heading}:", *(f"  {sentence}" for sentence in sentences)]
    return "\n".join(lines)


def _what(result: Comparison) -> str:
    windows, n = result.setting.windows, len(result.setting.unit.y)
    n_test = windows.h + (windows.n_windows - 1) * windows.step
    n_others = _counted(result.methods[len(result.bootstraps) :], "other method")
    steps = _counted(range(windows.h), "step")
    return (
        f"{_counted(result.bootstraps, 'bootstrap')} and {n_others} on {windows.n_windows} windows of "
        f"{steps}: the last {n_test} of {n} values; lags {_lags(result.lags)}."
    )


def _lags(lags: tuple[int, ...]) -> str:
    if len(lags) > 2 and lags == tuple(range(lags[0], lags[-1] + 1)):
        return f"{lags[0]} to {lags[-1]}"
    return ", ".join(map(str, lags))


def _best(result: Comparison, table: Any) -> list[str]:
    best = table.loc[result.best_]
    text = f"lowest mean squared error: {result.best_!r} with {_number(best['mse'])}"
    if result.best_ == result.reference:
        return [f"{text}."]
    text += f", {best['ratio']:.2f} times that of {result.reference!r}"
    if not np.isnan(best["ratio_lower"]):
        text += (
            f" (95 % interval {best['ratio_lower']:.2f} to {best['ratio_upper']:.2f}, for this pair alone)"
        )
    return [f"{text}."]


def _verdict(result: Comparison, table: Any) -> list[str]:
    """Whether it matters."""
    rows = table.loc[[name for name in table.index if name in result.bootstraps]]
    tested = rows.drop(index=result.reference)
    if tested.empty:
        return []
    if (rows["mse"] == 0).all() or (tested["p_value"] == 1).all():
        return ["it does not matter: all forecast the same."]
    if tested["p_holm"].isna().any():
        return ["whether the differences are chance cannot be tested: see caution."]
    if result.winner_ is not None:
        return [
            f"it matters: {result.winner_!r} is better than each of the others by more than chance "
            f"(p < {LEVEL:g} after Holm's correction)."
        ]
    apart = tested[tested["p_holm"] < LEVEL]
    if apart.empty:
        return [_no_difference(result, tested)]
    lines = []
    for word, some in (("better", apart[apart["ratio"] < 1]), ("worse", apart[apart["ratio"] >= 1])):
        if len(some):
            verb = "is" if len(some) == 1 else "are"
            lines.append(
                f"{word} than {result.reference!r} by more than chance {verb} {_named(some.index)} "
                f"(p < {LEVEL:g} after Holm's correction)."
            )
    return [*lines, f"that {result.best_!r} is best of all may be chance."]


def _no_difference(result: Comparison, tested: Any) -> str:
    """All within chance, which is not to say that all are equal."""
    p_value = _p_words(tested["p_holm"].min())
    if (tested["ratio_lower"] > 1 - _CLOSE).all() and (tested["ratio_upper"] < 1 + _CLOSE).all():
        return f"it does not matter: all errors are within {_CLOSE:.0%} of that of {result.reference!r}."
    return (
        f"no difference shows: what separates the others from {result.reference!r} is within chance, noise "
        f"as far as these windows can tell (smallest p-value {p_value} after Holm's correction)."
    )


def _beside(result: Comparison, table: Any, name: str) -> str:
    """How another method compares with the best bootstrap."""
    ratio = (
        table.loc[name, "mse"] / table.loc[result.best_, "mse"] if table.loc[result.best_, "mse"] else np.nan
    )
    text = f"{name!r} has {_number(table.loc[name, 'mse'])}"
    p_value = result.p_value(name, result.best_)
    if np.isnan(ratio):
        return f"{text}."
    text += f", {ratio:.2f} times that of {result.best_!r}"
    if np.isnan(p_value):
        return f"{text}."
    verdict = "more than chance" if p_value < LEVEL else "chance may explain it"
    return f"{text} (p-value {_p_words(p_value)}: {verdict})."


def _trees(table: Any) -> list[str]:
    known = table["tree_correlation"].dropna().sort_values()
    if len(known) < 2:
        return []
    lowest, highest = (round(float(known.iloc[i]), 2) + 0.0 for i in (0, -1))  # no -0.00
    return [
        f"correlation between trees from {lowest:.2f} ({known.index[0]!r}) to {highest:.2f} "
        f"({known.index[-1]!r}): the lower, the more the mean of the trees evens out."
    ]


def _intervals(result: Comparison, table: Any) -> list[str]:
    if result.setting.coverage is None:
        return []
    known = table.loc[list(result.bootstraps), "coverage"].sort_values()
    wanted = f"intervals of {100 * result.setting.coverage:g}% hold"
    if known.iloc[0] == known.iloc[-1]:
        return [f"{wanted} {known.iloc[0]:.0%} of the values, whatever the bootstrap."]
    ends = [f"{known.iloc[at]:.0%} ({known.index[at]!r})" for at in (0, -1)]
    return [f"{wanted} {ends[0]} to {ends[1]} of the values."]


def _caution(result: Comparison) -> list[str]:
    """What the numbers cannot say."""
    n, horizon = len(result.losses), result.setting.horizon
    lines = []
    if not result.has_test:
        lines.append("no p-values: the test needs statsmodels 0.15 or later.")
    elif n <= horizon:
        lines.append(f"no p-values: {n} windows of which {horizon} share steps are too few to test anything.")
    apart = n // horizon
    if horizon > 1 and n > horizon and apart < _FEW:
        lines.append(
            f"{n} windows that share steps know about as much as {apart} that do not: small differences "
            "cannot show."
        )
    elif n < _FEW:
        lines.append(f"{n} windows are few: small differences cannot show.")
    return lines


def _counted(things: Sequence[object], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}"


def _number(value: float) -> str:
    """Four significant digits."""
    return f"{value:.4g}"


def _p_words(p_value: float) -> str:
    """Two digits, or a bound."""
    return "below .001" if p_value < 0.001 else f"{p_value:.2g}"


def _named(names: Sequence[str]) -> str:
    *first, last = [repr(name) for name in names]
    return f"{', '.join(first)} and {last}" if first else last
