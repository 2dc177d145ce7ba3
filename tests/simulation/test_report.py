from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import numpy as np
import pytest

pytest.importorskip("pyarrow")
pytest.importorskip("matplotlib")

from arsieve_rf.report.document import Bullets, Details, Heading
from simulation import StudyError, summarize
from simulation.report import write_report
from simulation.report.drawing import ratio_limits
from simulation.report.lookup import Lookup
from simulation.report.markdown import to_markdown
from simulation.report.tables import mse_table, pooled_table, ratio_table
from simulation.report.words import in_detail, in_short
from tests.report.pages import DOCUMENT, NASTY, Tags
from tests.simulation.synthetic_study import AR, METHODS, SINE, WALK, Shard, begin, fill, make_design


def write_study(folder, *, n=40, scales=None, label="2 sin y", lengths=(100, 400), horizon=2, seed=0):
    """Two linear cells, a unit root where the sieve collapses, and a process without an oracle."""
    methods = [dict(method) for method in METHODS]
    sine = (*SINE[:2], label, *SINE[3:])
    cells = [(process, length) for process in (AR, WALK, sine) for length in lengths]
    design = make_design(cells, replications=n, methods=methods, horizon=horizon, title=NASTY)
    store = begin(folder, design)
    rng = np.random.default_rng(seed)
    for cell in design["cells"]:
        own = {"AR-sieve forest": 0.2, "IID forest": 0.8, "naive": 1.6, "oracle": 0.0} | (scales or {})
        if cell["dgp"] == "arima":
            own["AR-sieve forest"] = 6.0
        oracle = cell["dgp"] != "sine"
        fill(
            store, cell["id"], rng, n=n, scales=own, horizon=horizon, oracle=oracle,
            correlations={"AR-sieve forest": 0.3, "IID forest": 0.6},
        )  # fmt: skip
    return design


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    write_study(folder, label=NASTY)
    return folder, write_report(folder)


def flat(blocks):
    """All blocks, folded ones included."""
    for block in blocks:
        yield block
        if isinstance(block, Details):
            yield from flat(block.blocks)


def test_files(written):
    folder, paths = written
    names = [str(path.relative_to(folder / "report")) for path in paths]
    assert names[:2] == ["report.html", "report.md"]
    assert {f"plots/{n}.svg" for n in ("ratios", "differences", "correlation", "cost-time")} <= set(names)
    assert {"tables/mse.csv", "tables/ratios.csv", "tables/best.csv"} <= set(names)
    on_disk = {str(path.relative_to(folder / "report")) for path in (folder / "report").rglob("*.*")}
    assert on_disk == set(names)


def test_page_stands_alone(written):
    page = written[1][0].read_text(encoding="utf-8")
    tags = Tags(page)
    assert tags.sources
    assert all(source.startswith("data:image/svg+xml;base64,") for source in tags.sources)
    # Every link leads to a place on the page.
    assert tags.links
    assert {link.removeprefix("#") for link in tags.links} <= tags.ids
    assert not re.search(r"<script|@import|url\(|https?:", re.sub(r"base64,[^\"]*", "", page))
    assert NASTY in tags.texts  # as text; an unescaped <b> would have split it


def test_sections(written):
    tags = Tags(written[1][0].read_text(encoding="utf-8"))
    wanted = (
        "short", "glance", "ratios", "mse", "excess", "horizon", "differences", "correlation", "cost",
        "failures", "run", "formulas",
    )  # fmt: skip
    assert set(wanted) <= tags.ids
    text = " ".join(tags.texts)
    for part in ("Monte Carlo standard error", "Seeds:", "y_t = ...", 'bootstrap = "ar_sieve"', "T = 400"):
        assert part in text


def test_markdown_finds_its_plots(written):
    folder, paths = written
    text = paths[1].read_text(encoding="utf-8")
    images = re.findall(r"\]\((plots/[^)]*)\)", text)
    assert sorted(f"plots/{path.name}" for path in paths if path.suffix == ".svg") == sorted(images)
    assert all((folder / "report" / image).is_file() for image in images)
    assert "<b>" not in text.replace("\\<b\\>", "")
    for link in re.findall(r"\]\(#([^)]*)\)", text):
        assert any(
            line.startswith("## ") and line[3:].lower().replace(" ", "-") == link
            for line in text.splitlines()
        )


def test_markdown_tables_have_one_width(written):
    width = None
    n_tables = 0
    for line in written[1][1].read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            width = None
            continue
        columns = len(re.sub(r"\\.", "", line).strip("|").split("|"))
        if width is None:
            width, n_tables = columns, n_tables + 1
        assert columns == width, line
    assert n_tables > 5


def test_plots_are_pictures(written):
    for path in written[1]:
        if path.suffix == ".svg":
            assert ET.fromstring(path.read_bytes()).tag == "{http://www.w3.org/2000/svg}svg"


def test_same_results_same_report(written, tmp_path):
    folder, paths = written
    before = {path.name: path.read_bytes() for path in paths}
    stale = folder / "report" / "plots" / "stale.svg"
    stale.write_text("left by an earlier report")
    import matplotlib as mpl

    with mpl.rc_context({"font.size": 20.0, "axes.grid": True}):  # the user's settings change nothing
        again = write_report(folder)
        assert mpl.rcParams["font.size"] == 20.0
    assert {path.name: path.read_bytes() for path in again} == before
    assert not stale.exists()


# Words


@pytest.fixture(scope="module")
def clear(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clear")
    write_study(folder, n=100)
    return Lookup(summarize(folder))


def items_of(blocks):
    """Bullets by heading."""
    found, heading = {}, ""
    for block in flat(blocks):
        if isinstance(block, Heading):
            heading = block.text
        elif isinstance(block, Bullets):
            found.setdefault(heading.partition(":")[0], {}).update(dict(block.items))
    return found


def test_words_follow_the_numbers(clear):
    words = items_of(in_short(clear))
    linear, walk = words["Linear, stationary"], words["Unit root"]
    assert linear["Better than IID forest:"].startswith("AR-sieve forest (MSE ")
    assert "naive" in linear["Worse:"]
    assert "AR-sieve forest" in linear["The smallest MSE, the oracle aside:"]
    assert re.search(r"AR-sieve forest \(MSE [\d.]+ times as large\)", walk["Worse:"])
    assert "Better than IID forest:" not in walk
    assert "Complete:" in words["Correlation, cost, completeness"]
    numbers = items_of(in_detail(clear))["Linear, stationary"]
    assert "clearly smaller in 2 of 2 cells" in numbers["Clearly smaller errors than IID forest:"]


def test_percentages_are_the_pooled_ratios(clear):
    text = items_of(in_short(clear))["Linear, stationary"]["Better than IID forest:"]
    percent = int(re.search(r"MSE (\d+) % smaller", text).group(1))
    assert percent == round(
        100 * (1 - clear.get("pooled", "linear, stationary", None, "AR-sieve forest", 1).ratio)
    )


def test_noise_is_not_news(tmp_path):
    # Three methods that miss the mean alike: 20 studies, each with 2 groups x 2 rivals x "better or worse".
    # About 5 % of the 80 statements are wrong by design; 13 or more would have a probability below 1e-3.
    loud = 0
    for seed in range(20):
        folder = tmp_path / str(seed)
        design = make_design([(AR, 100), (SINE, 100)], replications=60, methods=METHODS[:3], horizon=1)
        store = begin(folder, design)
        rng = np.random.default_rng(seed)
        for cell in design["cells"]:
            scales = dict.fromkeys(("AR-sieve forest", "IID forest", "naive"), 0.8)
            fill(store, cell["id"], rng, n=60, scales=scales, horizon=1)
        words = items_of(in_short(Lookup(summarize(folder))))
        for group in ("Linear, stationary", "Non-linear"):
            for lead in ("Better than IID forest:", "Worse:", "Off it by less than 3%, though measurably:"):
                loud += sum(method in words[group].get(lead, "") for method in ("AR-sieve forest", "naive"))
    assert loud < 13


# Tables


def cell_of(table, row, column):
    """A table's cell by the names of its row and column."""
    found = [r for r in table.rows if r.head == row]
    assert len(found) == 1
    return found[0].cells[list(table.columns).index(column) - 1]


def test_tables_show_the_summary(clear):
    summary = clear.summary
    cell = clear.cell("AR(1) .5", 100)
    table = mse_table(clear, 100, 1)
    best = cell_of(table, "AR(1) .5", "AR-sieve forest")
    value = summary.mse.set_index(["cell", "method", "step"]).loc[(cell, "AR-sieve forest", 1)]
    assert float(best.text.rstrip("°")) == pytest.approx(
        value["mse"], abs=10.0 ** -len(best.text.partition(".")[2])
    )
    assert float(best.note) == pytest.approx(value["se"], rel=0.05)
    assert best.bold
    assert [c.bold for r in table.rows for c in r.cells].count(True) == 3  # one a process
    ratio = cell_of(ratio_table(clear, 100, 1), "AR(1) .5", "AR-sieve forest")
    assert ratio.text.startswith("▼ 0.")
    assert ratio.shade < 0.0
    rows = pooled_table(clear, 1).rows
    pooled = rows[1 + [row.head for row in rows].index("Linear, stationary")]
    assert pooled.head == "T = 100 (1 cell)"
    assert pooled.cells[0].text == ratio.text  # a mean of one


def test_colours_need_evidence(tmp_path):
    design = make_design([(AR, 100)], replications=4, horizon=1)
    shard = Shard(design["cells"][0]["id"])
    for replication, error in enumerate((0.1, 3.1, 0.0, 0.3)):
        shard.ok(replication, "IID forest", [1.0], [0.0], [0.0])
        shard.ok(replication, "naive", [error], [0.0], [0.0])  # MSE 9.71 / 4, by one replication
    shard.write(begin(tmp_path, design), 0, 4)
    cell = cell_of(ratio_table(Lookup(summarize(tmp_path)), 100, 1), "AR(1) .5", "naive")
    assert cell.text == "2.43"  # no arrow
    assert cell.shade == 0.0


# Odd studies


@pytest.mark.parametrize("n", [0, 1, 2])
def test_hardly_any_results(tmp_path, n):
    design = make_design([(AR, 100), (SINE, 100)], replications=3)
    store = begin(tmp_path, design)
    if n:
        cell = design["cells"][0]["id"]
        fill(store, cell, np.random.default_rng(0), n=n, scales={"IID forest": 0.5, "naive": 1.0}, horizon=2)
    paths = write_report(tmp_path)
    text = paths[1].read_text(encoding="utf-8")
    Tags(paths[0].read_text(encoding="utf-8"))
    assert ("There are no forecasts yet" in text) == (n == 0)
    assert "nan" not in text  # "NaN" is a word of the formulas


def test_failures_are_shown(tmp_path):
    design = make_design([(AR, 100)], replications=4, horizon=1)
    shard = Shard(design["cells"][0]["id"])
    for replication in range(4):
        shard.ok(replication, "IID forest", [1.0 + replication], [0.0], [0.0], message="UserWarning: <near>")
        shard.failed(replication, "AR-sieve forest", f"ValueError: {NASTY}")
    shard.write(begin(tmp_path, design), 0, 4)
    text = " ".join(Tags(write_report(tmp_path)[0].read_text(encoding="utf-8")).texts)
    assert f"ValueError: {NASTY}" in text
    assert "4 of 4" in text
    assert "AR-sieve forest 4. They are left out" in text
    assert "UserWarning: <near>" in text


def test_reference_that_always_fails(tmp_path):
    design = make_design([(AR, 100)], replications=4, horizon=1)
    shard = Shard(design["cells"][0]["id"])
    for replication in range(4):
        shard.failed(replication, "IID forest", "RuntimeError: no")
        shard.ok(replication, "naive", [1.0 + replication], [0.0], [0.0])
    shard.write(begin(tmp_path, design), 0, 4)
    assert "RuntimeError: no" in write_report(tmp_path)[1].read_text(encoding="utf-8")


def test_many_lengths_and_huge_ratios(tmp_path):
    design = write_study(tmp_path, n=4, lengths=(20, 30, 40, 50, 60), scales={"naive": 1e6}, horizon=1)
    paths = write_report(tmp_path)
    names = {path.name for path in paths}
    assert {"ratios-1.svg", "ratios-2.svg"} <= names  # four lengths a figure
    assert not any(name.startswith("horizon") for name in names)  # there is one step only
    assert len(design["cells"]) == 15


def test_no_study(tmp_path):
    with pytest.raises(StudyError, match="no study"):
        write_report(tmp_path)
    assert list(tmp_path.iterdir()) == []


# Writers


def test_markdown_escapes_everything():
    markdown = pytest.importorskip("markdown_it")
    text = to_markdown(DOCUMENT)
    rendered = markdown.MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    plain = HTMLText(rendered).text
    assert plain.count(NASTY) >= 11
    assert "- not a list" in plain
    assert "a ``` b <c>" in plain
    assert "<em>_" not in rendered
    assert "<b>|" not in rendered


class HTMLText(HTMLParser):
    """The text of a page."""

    def __init__(self, page):
        super().__init__()
        self.text = ""
        self.feed(page)

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("values", [[], [1.0], [np.nan, np.inf, 0.0], [1e-300, 1e300]])
def test_limits_hold_one(values):
    low, high = ratio_limits(values, widest=10.0)
    assert 0.1 - 1e-12 <= low < 1.0 < high <= 10.0 + 1e-12
