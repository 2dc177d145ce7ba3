"""The examples of the README and of the documentation are run, page by page, and links between pages checked.

Three kinds of fenced blocks are examples. ``python``: executed. ``pycon``: its outputs are compared, too.
``console``: lines ``$ arsieve-rf ...`` are run in this process and must succeed; what follows a line, if
anything, is compared with its standard output. The blocks of a page share one namespace and an empty folder.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import re
import runpy
import shlex
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from arsieve_rf.cli import main
from arsieve_rf.resampling.registry import BOOTSTRAPS

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted(p for p in (ROOT / "docs").rglob("*.md") if "_build" not in p.parts)]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
FRAMEWORKS = ("skforecast", "mlforecast", "darts", "sktime", "ray")
EXAMPLES = ("python", "pycon", "console")
OTHERS = (
    "text",
    "bash",
    "bibtex",
    "toml",
    "makefile",
    "{eval-rst}",
    "{toctree}",
    "{image}",
    "{figure}",
    "{include}",
)


@dataclass
class Block:
    language: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    """Fenced blocks of a page, in order."""
    found, opened = [], None
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if opened is None and (match := re.fullmatch(r"```(\S*)(?: .*)?", line)):
            opened = Block(match[1], "", number)
        elif opened is not None and line == "```":
            found.append(opened)
            opened = None
        elif opened is not None:
            opened.text += line + "\n"
    assert opened is None, f"{page.name}: the block at line {opened.line} is not closed"
    return found


def run_pycon(block: Block, page: Path, names: dict) -> None:
    test = doctest.DocTestParser().get_doctest(block.text, names, page.name, str(page), block.line)
    assert test.examples, f"{page.name}:{block.line}: no >>> in this block"
    report = io.StringIO()
    runner = doctest.DocTestRunner(optionflags=FLAGS, verbose=False)
    failed = runner.run(test, out=report.write, clear_globs=False).failed
    names.update(test.globs)
    assert not failed, report.getvalue()


def run_console(block: Block, page: Path) -> None:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = re.sub(r" *\\\n *", " ", part).partition("\n")
        words = shlex.split(command)
        assert words[0] == "arsieve-rf", f"{page.name}:{block.line}: {command}"
        with contextlib.redirect_stdout(io.StringIO()) as out:
            assert main(words[1:]) == 0
        if expected.strip():
            checker = doctest.OutputChecker()
            assert checker.check_output(expected, out.getvalue(), FLAGS), out.getvalue()


@pytest.fixture(scope="module", autouse=True)
def shap_is_imported():
    """Importing shap may warn about its own use of matplotlib, which is nothing that a reader can mend."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import shap  # noqa: F401


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder and a module for the examples of one page; what they register is forgotten after them."""
    monkeypatch.chdir(tmp_path)
    module = ModuleType("page_of_the_documentation")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    registered = dict(BOOTSTRAPS)
    yield vars(module)
    BOOTSTRAPS.clear()
    BOOTSTRAPS.update(registered)


@pytest.fixture
def framework(page):
    """The framework that a page is about; without it the page is skipped, and its warnings stay warnings."""
    if page.parent.name == "ecosystem" and page.stem in FRAMEWORKS:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            pytest.importorskip(page.stem)
            yield
    else:
        yield


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_run(page, place, framework):
    for block in blocks(page):
        assert block.language in EXAMPLES + OTHERS, f"{page.name}:{block.line}: language {block.language!r}"
        if block.language == "python":
            source = "\n" * block.line + block.text  # so that tracebacks name the line of the page
            exec(compile(source, str(page), "exec"), place)
        elif block.language == "pycon":
            run_pycon(block, page, place)
        elif block.language == "console":
            run_console(block, page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    prose = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(), flags=re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{page.name}: {target}, known are {sorted(slugs)}"


def test_script_of_the_comparison(capsys):
    script = runpy.run_path(str(ROOT / "docs" / "where_it_wins.py"))
    script["main"](["--reps", "2", "--length", "30"])
    assert len(capsys.readouterr().out.splitlines()) == 2 + len(script["PROCESSES"])
