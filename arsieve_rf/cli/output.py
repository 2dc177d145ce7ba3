"""Files that the program writes: forecasts as CSV, and pictures."""

from __future__ import annotations

import csv
import math
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .messages import InputError

__all__ = ["check_plot", "check_writable", "forecast_names", "save_plot", "save_plots", "write_csv"]


def write_csv(path: str | None, header: list[str], rows: Any) -> None:
    """Write to a file, or to standard output for None."""
    if path is None:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
        return
    try:
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(header)
            writer.writerows(rows)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error


def forecast_names(columns: Iterable[str]) -> list[str]:
    """Names in the file of the library's columns."""
    return ["forecast" if name == "mean" else name for name in columns]


def check_writable(path: str, *sources: str | None) -> None:
    """What can be known without writing: the folder is there, the path none, and no file that is read."""
    target = Path(path)
    try:
        for source in sources:
            if source not in (None, "-") and target.resolve() == Path(str(source)).resolve():
                raise InputError(f"cannot write {path}: it is the file that is read")
        if target.is_dir():
            raise InputError(f"cannot write {path}: it is a folder")
        if not target.parent.is_dir():
            raise InputError(f"cannot write {path}: there is no folder {target.parent}")
    except (OSError, ValueError) as error:
        raise InputError(f"cannot write {path!r}: {error}") from error


def check_plot(path: str, *sources: str | None) -> None:
    """The path can be written, matplotlib is there and knows the kind of file."""
    check_writable(path, *sources)
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError('--plot needs matplotlib: pip install "arsieve-rf[plot]"') from error
    known = Figure().canvas.get_supported_filetypes()
    if Path(path).suffix.lstrip(".").lower() not in known:
        raise InputError(f"cannot draw {path}: its name must end in one of .{', .'.join(sorted(known))}")


def save_plot(path: str, history: Any, forecasts: dict[str, Any], actual: Any = None, **options: Any) -> None:
    """Draw and write a picture."""
    from ..plotting import plot_forecast

    _save(plot_forecast(history, forecasts, actual, **options).figure, path)


def save_plots(path: str, pictures: Mapping[str, tuple[Any, dict[str, Any]]]) -> None:
    """Draw several series, each (history, forecasts) under its name, and write one picture."""
    from matplotlib.figure import Figure

    from ..plotting import plot_forecast

    n_columns = math.ceil(math.sqrt(len(pictures)))
    n_rows = math.ceil(len(pictures) / n_columns)
    scale = 1.0 if n_columns == 1 else 0.6
    size = (9.0 * scale * n_columns, 4.5 * scale * n_rows)
    figure = Figure(figsize=size, dpi=150, layout="constrained")
    grid = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
    for ax, (name, (history, forecasts)) in zip(grid, pictures.items()):
        legend: Any = plot_forecast(history, forecasts, ax=ax).get_legend()
        handles, labels = legend.legend_handles, [text.get_text() for text in legend.get_texts()]
        legend.remove()
        ax.set_title(name, loc="left", fontweight="bold")
    figure.legend(handles, labels, loc="outside upper left", ncols=len(labels), frameon=False)  # one for all
    for ax in grid[len(pictures) :]:
        ax.set_axis_off()
    _save(figure, path)


def _save(figure: Any, path: str) -> None:
    try:
        figure.savefig(path)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror or error}") from error
