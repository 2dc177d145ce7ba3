"""Who wins where, in sentences made from the numbers, with care for their noise."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd

from arsieve_rf.report import digits
from arsieve_rf.report.document import Block, Bullets, Heading, Paragraph

from .lookup import Lookup, title_of_group

__all__ = ["in_detail", "in_short"]

NEGLIGIBLE = 0.03
"""A difference below this share is called small, however surely it is there."""


def in_short(look: Lookup) -> list[Block]:
    """Plain words on each kind of process, and on cost and completeness.

    A method counts as better or worse than the reference where the geometric mean of its ratios of MSE is
    more than two standard errors from 1; anything else is said to be no clear difference.
    """
    reference = look.summary.reference
    blocks: list[Block] = [
        Paragraph(
            f"One-step forecasts, compared with those of {reference} on the same series. Percentages are "
            "of its mean squared error (MSE), averaged over the processes and lengths of a kind; only "
            "what is beyond two Monte Carlo standard errors counts as a difference.",
            quiet=True,
        )
    ]
    for group in look.groups:
        items = _verdicts(look, group)
        if items:
            blocks += [Heading(_size_of(look, group)), Bullets(items)]
    further = [*_correlation(look), *_cost(look), *_trouble(look)]
    return [*blocks, Heading("Correlation, cost, completeness"), Bullets(further)]


def in_detail(look: Lookup) -> list[Block]:
    """The numbers behind the plain words, by length, with standard errors and counts of cells."""
    blocks: list[Block] = [
        Paragraph(
            f"Numbers are MSE divided by that of {look.summary.reference}, geometric means over "
            "processes and lengths; ± is their Monte Carlo standard error (s.e.). “Clearly” means by "
            "more than two s.e.; one comparison in twenty would look clear by chance alone.",
            quiet=True,
        )
    ]
    for group in look.groups:
        items = _numbers(look, group)
        if items:
            blocks += [Heading(_size_of(look, group)), Bullets(items)]
    return blocks


def _verdicts(look: Lookup, group: str) -> list[tuple[str, str]]:
    """Better, worse, level; then who has the smallest error."""
    kinds = _by_verdict(look, group)
    found = []
    for kind, lead in (
        ("lower", f"Better than {look.summary.reference}:"),
        ("higher", "Worse:"),
        ("small", f"Off it by less than {NEGLIGIBLE:.0%}, though measurably:"),
        ("none", "No clear difference:"),
    ):
        named = [
            method if kind == "none" else f"{method} (MSE {_percent(row.ratio)})"
            for method, row in kinds[kind]
        ]
        if named:
            found.append((lead, f"{_listed(named)}."))
    return found + _winners(look, group)


def _percent(ratio: float) -> str:
    """A ratio as a change; as a multiple where it is far above 1.

    Examples
    --------
    >>> _percent(0.853), _percent(1.255), _percent(27.5), _percent(1.004)
    ('15 % smaller', '25 % larger', '27.5 times as large', '0.4 % larger')
    """
    if ratio >= 2.0:
        return f"{digits.number(ratio)} times as large"
    change = 100.0 * abs(ratio - 1.0)
    return f"{change:.{0 if change >= 3.0 else 1}f} % {'smaller' if ratio < 1.0 else 'larger'}"


def _by_verdict(look: Lookup, group: str) -> dict[str, list[tuple[str, Any]]]:
    """Rivals and their pooled ratios by kind of difference, smallest ratio first."""
    kinds: dict[str, list[tuple[str, Any]]] = {"lower": [], "higher": [], "small": [], "none": []}
    rows = [(method, look.get("pooled", group, None, method, 1)) for method in look.rivals]
    known = [(method, row) for method, row in rows if row is not None and row.n]
    for method, row in sorted(known, key=lambda pair: pair[1].ratio):
        kinds[_verdict(row.ratio, row.log_se)].append((method, row))
    return kinds


def _size_of(look: Lookup, group: str) -> str:
    """A group's heading."""
    cells = look.summary.cells
    there = cells[cells["group"] == group]
    lengths = sorted(there["length"].unique())
    span = f"T = {lengths[0]:,}" + (f" to {lengths[-1]:,}" if len(lengths) > 1 else "")
    return f"{title_of_group(group)}: {digits.count_of(there['label'].nunique(), 'process')}, {span}"


def _numbers(look: Lookup, group: str) -> list[tuple[str, str]]:
    """Ratios of one kind of process."""
    reference = look.summary.reference
    kinds = _by_verdict(look, group)
    items = []
    for kind, lead in (
        ("lower", f"Clearly smaller errors than {reference}:"),
        ("higher", f"Clearly larger errors than {reference}:"),
        ("small", f"Off {reference} by less than {NEGLIGIBLE:.0%}, though measurably:"),
        ("none", f"No difference from {reference} beyond two s.e.:"),
    ):
        parts = [
            f"{method} {_value(row)}{_detail(look, group, method, row, kind)}" for method, row in kinds[kind]
        ]
        if parts:
            items.append((lead, "; ".join(parts) + "."))
    return items + _excess(look, group)


def _verdict(ratio: float, log_se: float) -> str:
    """Kind of difference from 1."""
    log = math.log(ratio)
    if abs(log) <= 2.0 * log_se:
        return "none"
    if abs(ratio - 1.0) < NEGLIGIBLE:
        return "small"
    return "lower" if log < 0.0 else "higher"


def _value(row: Any) -> str:
    """A ratio with its standard error; as a factor where it is far off."""
    se = row.ratio * row.log_se
    value, error = digits.with_error(row.ratio, se) if se >= 0.005 else (f"{row.ratio:.3f}", f"{se:.3f}")
    if row.ratio >= 10.0:
        value, error = digits.number(row.ratio), digits.number(se, 2)
    return f"{value} ± {error}" if error else value


def _detail(look: Lookup, group: str, method: str, row: Any, kind: str) -> str:
    """Values by length, and in how many cells the difference is clear."""
    if kind in ("none", "small"):
        return ""
    parts = []
    lengths = [
        (length, at) for length in look.summary.lengths
        if (at := look.get("pooled", group, length, method, 1)) is not None and at.n
    ]  # fmt: skip
    if len(lengths) > 1:
        parts.append(
            ", ".join(
                f"{digits.ratio(at.ratio)} at {'T = ' if i == 0 else ''}{length:,}"
                for i, (length, at) in enumerate(lengths)
            )
        )
    if row.n > 1:
        own, other = (row.n_lower, row.n_higher) if kind == "lower" else (row.n_higher, row.n_lower)
        words = ("smaller", "larger") if kind == "lower" else ("larger", "smaller")
        counts = f"clearly {words[0]} in {own} of {digits.count_of(row.n, 'cell')}"
        parts.append(counts + (f", clearly {words[1]} in {other}" if other else ""))
    return f" ({'; '.join(parts)})" if parts else ""


def _winners(look: Lookup, group: str) -> list[tuple[str, str]]:
    """Which methods have the smallest MSE, and how often that is beyond noise."""
    cells = look.summary.cells.loc[look.summary.cells["group"] == group, "cell"]
    best = [row for cell in cells if (row := look.get("best", cell, 1)) is not None]
    if not best:
        return []
    wins = Counter(row.method for row in best)
    sure = Counter(row.method for row in best if not row.tied)
    order = sorted(wins, key=lambda method: (-wins[method], look.methods.index(method)))
    named = [f"{method} in {wins[method]}" for method in order[:3]]
    rest = sum(wins[method] for method in order[3:])
    if rest:
        named.append(f"others in {rest}")
    aside = ", the oracle aside" if look.oracles else ""
    n_sure = sum(sure.values())
    if n_sure == 0:
        noise = "In no cell is it ahead of all others by more than two standard errors."
    else:
        clear = _listed([f"{method} in {sure[method]}" for method in order if sure[method]])
        noise = f"It is ahead of all others by more than two standard errors in {n_sure} ({clear})."
    cells_there = digits.count_of(len(best), "cell")
    return [(f"The smallest MSE{aside}:", f"{_listed(named)} of {cells_there}. {noise}")]


def _excess(look: Lookup, group: str) -> list[tuple[str, str]]:
    """The avoidable part of the error, where the true mean is known."""
    parts = []
    n_most = 0
    for method in look.drawn:
        row = look.get("pooled_excess", group, None, method, 1)
        if row is not None and row.n:
            n_most = max(n_most, row.n)
            parts.append(f"{method} {_value(row)}")
    if not parts:
        return []
    lead = f"Avoidable error (distance from the true conditional mean) relative to {look.summary.reference}:"
    return [(lead, f"{'; '.join(parts)} ({digits.count_of(n_most, 'cell')} where it is known).")]


def _correlation(look: Lookup) -> list[tuple[str, str]]:
    """Mean tree correlation of each forest."""
    means = look.summary.correlation.groupby("method")["correlation"].mean()
    parts = [f"{method} {means[method]:.2f}" for method in look.methods if method in means.index]
    return [("Mean correlation between trees:", "; ".join(parts) + ".")] if parts else []


def _cost(look: Lookup) -> list[tuple[str, str]]:
    """Time of fits, relative to the reference at the shortest and longest length."""
    costs = look.summary.costs.merge(look.summary.cells, on="cell")
    means = costs.groupby(["length", "method"])["seconds"].mean()
    reference = look.summary.reference
    lengths = [length for length in look.summary.lengths if (length, reference) in means.index]
    if not lengths:
        return []
    sentences = []
    for length in dict.fromkeys((lengths[0], lengths[-1])):
        base = float(means[length, reference])
        relative = {
            method: float(means[length, method]) / base
            for method in look.drawn
            if base > 0.0 and (length, method) in means.index
        }
        own = f"at T = {length:,} {reference} takes {digits.time(base)}"
        parts = [f"{method} {digits.ratio(value)}" for method, value in relative.items()]
        sentences.append(own + (f"; relative to that {', '.join(parts)}" if parts else ""))
    return [("Processor time of a fit with its forecast:", ". ".join(_capital(s) for s in sentences) + ".")]


def _trouble(look: Lookup) -> list[tuple[str, str]]:
    """Failures and missing replications."""
    items = []
    failed = _failed_by_method(look.summary.failures)
    if failed:
        parts = [f"{method} {n:,}" for method, n in failed.items()]
        items.append(("Failed fits:", f"{'; '.join(parts)}. They are left out of all comparisons."))
    cells = look.summary.cells
    short = cells[cells["done"] < cells["planned"]]
    if len(short):
        done, planned = int(cells["done"].sum()), int(cells["planned"].sum())
        items.append(
            (
                "The study is not complete:",
                f"{digits.count_of(len(short), 'cell')} of {len(cells):,} lack replications ({done:,} of "
                f"{planned:,} series are done).",
            )
        )
    if not items:
        items.append(("Complete:", "every replication is there and no fit failed."))
    return items


def _failed_by_method(failures: pd.DataFrame) -> dict[str, int]:
    """Failed fits of each method that has any."""
    first = failures.drop_duplicates(["cell", "method"])
    return {str(method): int(n) for method, n in first.groupby("method", sort=False)["failed"].sum().items()}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _listed(parts: Sequence[str]) -> str:
    """Parts as a list in a sentence."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
