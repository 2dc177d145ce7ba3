"""The report's sections, in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from arsieve_rf.report import digits
from arsieve_rf.report.document import (
    Block,
    Bullets,
    Cell,
    Code,
    Details,
    Document,
    Figure,
    Paragraph,
    Row,
    Section,
    Table,
)

from ..summary import ALL_STEPS, Summary
from . import tables
from .drawing import Look, looks
from .lookup import Lookup, title_of_group
from .panel_plots import correlation_scatter, cost_scatter, horizon_curves, process_curves
from .rows_plots import difference_boxes, ratio_forest
from .words import in_detail, in_short

__all__ = ["build"]

Styles = dict[str, Look]


def build(summary: Summary) -> Document:
    """The report of a study.

    Parameters
    ----------
    summary : Summary
        From :func:`simulation.summarize`.

    Returns
    -------
    Document
        Sections without numbers are left out.
    """
    look = Lookup(summary)
    styles = looks(look.methods, summary.reference)
    title = str(summary.design.get("title") or summary.design.get("name") or "Simulation study")
    if summary.mse.empty:
        found = [
            Section("short", "In short", [Paragraph("There are no forecasts yet.")]),
            _failures(look),
            _run(look),
        ]
        return Document(title, _subtitle(look), found)
    sections = [
        Section(
            "short", "In short", [*in_short(look), Details("The same with its numbers", in_detail(look))]
        ),
        _glance(look),
        _ratios(look, styles),
        _mse(look),
        _excess(look, styles),
        _horizon(look, styles),
        _differences(look, styles),
        _correlation(look, styles),
        _cost(look, styles),
        _failures(look),
        _run(look),
        _formulas(look),
    ]
    return Document(title, _subtitle(look), [section for section in sections if section.blocks])


def _subtitle(look: Lookup) -> str:
    """What was run, in one line."""
    cells = look.summary.cells
    planned = sorted(cells["planned"].unique())
    replications = f"{planned[0]:,}" + (f" to {planned[-1]:,}" if len(planned) > 1 else "")
    return (
        f"{digits.count_of(cells['label'].nunique(), 'process')}, series of length "
        f"{', '.join(f'{n:,}' for n in look.summary.lengths)}; "
        f"{digits.count_of(len(look.methods), 'method')}; {replications} replications of each of "
        f"{digits.count_of(len(cells), 'cell')}; forecasts for steps 1 to {look.summary.horizon}."
    )


def _glance(look: Lookup) -> Section:
    blocks: list[Block] = [
        Paragraph(
            "Blue and ▼: smaller than the reference's by more than two standard errors; orange and ▲: "
            "larger; no colour: no clear difference. Averages over processes say how the methods did on "
            "this collection; the sections below tell the processes apart.",
            quiet=True,
        ),
        tables.pooled_table(look, 1),
    ]
    if look.summary.horizon > 1:
        blocks.append(Details("All steps together", [tables.pooled_table(look, ALL_STEPS)]))
    return Section("glance", "Ratios at a glance", blocks)


def _ratios(look: Lookup, styles: Styles) -> Section:
    blocks: list[Block] = [*ratio_forest(look, styles, "ratios", "ratios", "MSE")]
    blocks += _by_length(look, tables.ratio_table)
    return Section("ratios", "Ratios by process", blocks)


def _mse(look: Lookup) -> Section:
    note = Paragraph(
        "Bold: smallest MSE of the row; °: within two standard errors of it, by paired differences (the "
        "oracle takes no part in this). Colours as above, by the ratio to the reference. A number in "
        "square brackets counts the replications where failures leave fewer than others have. Errors of "
        "different methods in a row are correlated, as they share their series: compare methods by the "
        "ratios.",
        quiet=True,
    )
    return Section("mse", "Mean squared errors", [note, *_by_length(look, tables.mse_table)])


def _excess(look: Lookup, styles: Styles) -> Section:
    if look.summary.excess.empty:
        return Section("excess", "Excess over the oracle", [])
    blocks: list[Block] = [
        Paragraph(
            "The mean squared distance between a forecast and the true conditional mean: the part of the MSE "
            "that a better method could avoid. Only processes whose conditional mean is known take part.",
            quiet=True,
        ),
        *ratio_forest(look, styles, "excess", "excess", "excess"),
        Details("Ratios of the excess, by group and length", [tables.pooled_table(look, 1, "pooled_excess")]),
        *_by_length(look, tables.excess_table),
    ]
    return Section("excess", "Excess over the oracle", blocks)


def _horizon(look: Lookup, styles: Styles) -> Section:
    blocks: list[Block] = [*horizon_curves(look, styles, "horizon")]
    for length in look.summary.lengths:
        figures = process_curves(look, styles, length, "horizon-by-process")
        if figures:
            blocks.append(Details(f"By process, T = {length:,}", figures))
    return Section("horizon", "Accuracy by horizon", blocks)


def _differences(look: Lookup, styles: Styles) -> Section:
    figures: list[Figure] = difference_boxes(look, styles, "differences")
    return Section("differences", "Paired differences of losses", [*figures])


def _correlation(look: Lookup, styles: Styles) -> Section:
    if look.summary.correlation.empty:
        return Section("correlation", "Correlation between trees and accuracy", [])
    blocks: list[Block] = [
        *correlation_scatter(look, styles, "correlation"),
        tables.correlation_table(look),
    ]
    return Section("correlation", "Correlation between trees and accuracy", blocks)


def _cost(look: Lookup, styles: Styles) -> Section:
    if look.summary.costs.empty:
        return Section("cost", "Cost and accuracy", [])
    blocks: list[Block] = [
        *cost_scatter(look, styles, "seconds", "cost-time"),
        *cost_scatter(look, styles, "model_bytes", "cost-memory"),
        tables.cost_table(look),
    ]
    return Section("cost", "Cost and accuracy", blocks)


def _by_length(look: Lookup, make: Callable[[Lookup, int, int], Table | None]) -> list[Block]:
    """Tables of step 1, the first length's in the open, the others and those of all steps folded up."""

    def made(step: int) -> list[Block]:
        found = [make(look, length, step) for length in look.summary.lengths]
        return [table for table in found if table is not None and table.rows]

    first = made(1)
    blocks = first[:1]
    if len(first) > 1:
        others = ", ".join(f"{length:,}" for length in look.summary.lengths[1:])
        blocks.append(Details(f"Other lengths: T = {others}", first[1:]))
    if look.summary.horizon > 1:
        blocks.append(Details(f"Mean over steps 1 to {look.summary.horizon}, all lengths", made(ALL_STEPS)))
    return blocks


def _failures(look: Lookup) -> Section:
    cells = look.summary.cells.set_index("cell")
    blocks: list[Block] = []
    if look.summary.failures.empty:
        blocks.append(Paragraph("No fit failed."))
    else:
        table = _message_table(cells, look.summary.failures, "failed", "Failed fits and their messages")
        blocks.append(table)
    if len(look.summary.warnings):
        table = _message_table(cells, look.summary.warnings, "warned", "Warnings of fits that went well")
        blocks.append(Details(f"Warnings ({len(look.summary.warnings):,})", [table]))
    short = cells[cells["done"] < cells["planned"]]
    if len(short):
        rows = [
            Row(f"{row.label}, T = {row.length:,}", [Cell(f"{row.done:,}"), Cell(f"{row.planned:,}")])
            for row in short.itertuples()
        ]
        blocks.append(Table("Cells that are not complete", ["Cell", "replications", "planned"], rows))
    else:
        blocks.append(Paragraph("All cells have all their replications."))
    return Section("failures", "Failures and completeness", blocks)


def _message_table(cells: pd.DataFrame, found: pd.DataFrame, column: str, caption: str) -> Table:
    """A row a cell, method and message."""
    name = {cell: f"{row.label}, T = {row.length:,}" for cell, row in zip(cells.index, cells.itertuples())}
    rows = [
        Row(
            name[row.cell],
            [
                Cell(str(row.method)), Cell(f"{getattr(row, column):,} of {row.attempted:,}"),
                Cell(f"{row.count_:,}"), Cell(str(row.message)),
            ],
        )
        for row in found.rename(columns={"count": "count_"}).itertuples()
    ]  # fmt: skip
    return Table(caption, ["Cell", "method", "fits", "this message", "message"], rows, text_columns=True)


def _run(look: Lookup) -> Section:
    """Design, versions, seeds, machine."""
    design = look.summary.design
    facts = [
        ("Study:", f"{design.get('name', '')} (digest {str(design.get('digest', 'none'))[:16]})."),
        ("Begun:", f"{design['started']}.") if design.get("started") else None,
        (
            "Seeds:",
            "a series' seed is a digest of (process, parameters, length, replication), a method's adds "
            "the method and its options. So every method sees the same series, and no result depends on "
            "the order of the work, the number of processes or the other cells. The study's own seed is "
            f"{design.get('seed', 0)}.",
        ),
        ("Versions:", f"{_listed(design['versions'])}.") if design.get("versions") else None,
        ("Machine:", f"{_listed(design['machine'])}.") if design.get("machine") else None,
    ]
    blocks: list[Block] = [Bullets([fact for fact in facts if fact is not None])]
    blocks += [_process_table(look), _method_table(look)]
    name = str(design.get("name", "STUDY"))
    blocks.append(
        Code(f"python -m simulation run {name}.toml --out {name}\npython -m simulation report {name}")
    )
    return Section("run", "What was run", blocks)


def _process_table(look: Lookup) -> Table:
    cells = look.summary.cells
    rows = []
    for group, labels in look.processes():
        rows.append(Row(title_of_group(group)))
        for label in labels:
            there = cells[cells["label"] == label].sort_values("length")
            first = there.iloc[0]
            sizes = ", ".join(f"{row.length:,} ({row.done:,})" for row in there.itertuples())
            cell = [first["dgp"], _options(first["parameters"]), first["equation"], sizes]
            rows.append(Row(label, [Cell(str(text)) for text in cell]))
    columns = ["Process", "word", "parameters", "equation", "lengths (replications done)"]
    return Table("Processes", columns, rows, text_columns=True)


def _method_table(look: Lookup) -> Table:
    rows = []
    row: Any
    for row in look.summary.methods.itertuples():
        role = "reference" if row.is_reference else "knows the true mean" if row.is_oracle else ""
        rows.append(Row(str(row.method), [Cell(str(row.name)), Cell(_options(row.options)), Cell(role)]))
    return Table("Methods", ["Method", "word", "options", "role"], rows, text_columns=True)


def _formulas(look: Lookup) -> Section:
    reference = look.summary.reference
    facts = [
        (
            "MSE:",
            "mean of squared forecast errors over replications; its standard error is their standard "
            "deviation over the root of their number.",
        ),
        (
            "Ratio:",
            f"mean loss ā of a method over that of {reference}, b̄, on the n replications where both "
            "have forecasts. Its logarithm has, by the delta method, the standard error s: the standard "
            "deviation of a/ā - b/b̄ over the root of n. Interval: ratio × exp(± t s), t the .975 "
            "quantile of Student's distribution with n - 1 degrees of freedom (95 %).",
        ),
        (
            "Geometric mean:",
            "of the ratios of k cells, which are independent; the standard error of its logarithm is "
            "the root of the sum of squared s, over k. It measures how far more replications could move "
            "the number, not how other processes would differ.",
        ),
        (
            "Excess:",
            "mean squared distance from the true conditional mean given the past; ratios as above.",
        ),
        (
            "Best of a row:",
            "smallest MSE among methods other than the oracle, on the replications that all of them "
            "have; others are within noise if their paired mean difference from it is at most two of "
            "its standard errors.",
        ),
        (
            "Failures:",
            "fits that raise, or forecast NaN or infinity. They are counted, and left out of all averages.",
        ),
        (
            "Correlation between trees:",
            "mean correlation of two trees' predictions over the rows of the lag matrix.",
        ),
        (
            "Cost:",
            "processor time of a fit with its forecasts; bytes that the fitted model holds.",
        ),
    ]
    return Section("formulas", "How the numbers are made", [Bullets(facts)])


def _listed(facts: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())


def _options(options: Mapping[str, Any]) -> str:
    """Parameters as a design file writes them."""
    return ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in options.items())
