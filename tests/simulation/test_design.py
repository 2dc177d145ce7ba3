from __future__ import annotations

import json
import tomllib

import pytest

from simulation import DesignError, load_design
from simulation.design import STUDIES, study_names
from simulation.dgps.registry import DGPS
from simulation.methods.registry import METHODS

GOOD = """
[study]
name = "good"
title = "A good one"
horizon = 2
replications = { 50 = 30, 80 = 7 }
lengths = [50, 80]
reference = "IID"

[defaults.forest]
n_estimators = 10

[[dgps]]
name = "ar"
label = ["weak", "strong"]
parameters = [{ coef = [0.2] }, { coef = [0.9] }]

[[dgps]]
name = "ma"
lengths = [50]
[dgps.parameters]
coef = [0.4]

[[methods]]
name = "forest"
label = "IID"
options = { bootstrap = "iid" }

[[methods]]
name = "forest"
label = "sieve"
options.n_estimators = 20

[[methods]]
name = "naive"
"""

BAD = """
[study]
name = "a b"
horizon = 0
replications = { 50 = 10 }
lengths = [50, 50, 3, 80]
blocks = 5
reference = "IID"

[[dgps]]
name = "arr"

[[dgps]]
name = "ar"
label = "one"
parameters = { coef = [1.5], sigm = 2 }

[[dgps]]
name = "ma"
label = "one"
parameters = { coef = "x" }

[[dgps]]
name = "garch"
parameters = { alpha = 0.7, beta = 0.6 }

[[methods]]
name = "forest"
options = { bootstrap = "idd", trees = 5 }

[[methods]]
name = "naive"

[[methods]]
name = "naive"

[[methods]]
label = "nameless"

[extra]
"""


def faults(text, tmp_path):
    path = tmp_path / "bad.toml"
    path.write_text(text)
    with pytest.raises(DesignError) as caught:
        load_design(path)
    return caught.value.faults


def test_what_a_design_becomes(tmp_path):
    path = tmp_path / "good.toml"
    path.write_text(GOOD)
    design = load_design(path)
    assert (design.name, design.title, design.horizon, design.reference) == ("good", "A good one", 2, "IID")
    cells = [(cell.label, cell.dgp, cell.length, cell.replications) for cell in design.cells]
    assert cells == [
        ("weak", "ar", 50, 30),
        ("weak", "ar", 80, 7),
        ("strong", "ar", 50, 30),
        ("strong", "ar", 80, 7),
        ("ma(coef=[0.4])", "ma", 50, 30),
    ]
    methods = [(method.label, method.name, method.options) for method in design.methods]
    assert methods == [
        ("IID", "forest", {"n_estimators": 10, "bootstrap": "iid"}),
        ("sieve", "forest", {"n_estimators": 20}),
        ("naive", "naive", {}),
    ]
    for cell in design.cells:
        counted = [r for first, count in cell.blocks() for r in range(first, first + count)]
        assert counted == list(range(cell.replications))
    assert design.text == GOOD


def test_a_dictionary_is_the_same_design(tmp_path):
    path = tmp_path / "good.toml"
    path.write_text(GOOD)
    document = tomllib.loads(GOOD)
    design = load_design(path)
    assert load_design(document).digest == design.digest
    described = json.loads(json.dumps(design.describe()))
    assert load_design(described["document"]).digest == described["digest"]
    document["study"]["replications"] = {50: 30, 80: 7}
    document["study"]["lengths"] = (50, 80)
    assert load_design(document).digest == design.digest


def test_all_faults_at_once_each_in_its_place(tmp_path):
    found = faults(BAD, tmp_path)
    wanted = [
        (3, "study.name: must be a word"),
        (4, "study.horizon: must be a whole number from 1 to 1000, got 0"),
        (5, "study.replications: says nothing of the lengths [80]"),
        (6, "study.lengths: names a length twice"),
        (6, "study.lengths[3]: must be a whole number from 10"),
        (7, "study.blocks: unknown, got 'blocks' (did you mean 'block'?)"),
        (8, "study.reference: must be the label of a method"),
        (11, "dgps[1].name: unknown DGP 'arr' (did you mean 'ar'?)"),
        (16, "dgps[2].parameters.sigm: unknown"),
        (21, "dgps[3].parameters.coef: must be a list of"),
        (25, "dgps[4].parameters."),
        (29, "methods[1].options.trees: unknown"),
        (29, "methods[1].options.bootstrap: "),
        (34, "methods[3]: the label 'naive' stands at methods[2], too"),
        (37, "methods[4].name: is missing"),
        (40, "extra: unknown"),
    ]
    for line, text in wanted:
        assert any(f"bad.toml:{line}: {text}" in fault for fault in found), (line, text, found)
    lines = [int(fault.partition("bad.toml:")[2].partition(":")[0]) for fault in found]
    assert lines == sorted(lines)


def test_impossible_values_are_told_with_their_keys(tmp_path):
    text = GOOD.replace("coef = [0.9]", "coef = [1.5]").replace('"iid"', '"idd"')
    found = faults(text, tmp_path)
    assert len(found) == 2
    assert "bad.toml:16: dgps[1].parameters[2].coef: coef=[1.5] is not stationary" in found[0]
    assert "methods[1].options.bootstrap: " in found[1]
    assert "iid" in found[1]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lengths = [50, 80]\nref", "ref", "dgps[1].lengths: is missing, here and in [study]"),
        ("lengths = [50, 80]\nref", "lengths = 50\nref", "study.lengths: must be a list"),
        ("80 = 7", "80 = 7, 90 = 1", "study.replications.90: is not one of the lengths [50, 80]"),
        ("80 = 7", "80 = 0", "study.replications.80: must be a whole number from 1"),
        ("80 = 7", "80 = true", "study.replications.80: must be a whole number from 1"),
        ("horizon = 2", "horizon = 2.0", "study.horizon: must be a whole number"),
        ('label = ["weak", "strong"]', 'label = "both"', "dgps[1].label: must be a list of 2 labels"),
        ('["weak", "strong"]', '["weak", "weak"]', "the label 'weak' stands at dgps[1].parameters[1], too"),
        ("coef = [0.9]", "coef = [0.2]", "the same process stands at dgps[1].parameters[1], too"),
        ("n_estimators = 20", 'n_estimators = 10\noptions.bootstrap = "iid"', "the same method stands at"),
        ("n_estimators = 20", "n_estimators = nan", "methods[2].options"),
        ("[defaults.forest]", "[defaults.forrest]", "defaults.forrest: unknown"),
        ("n_estimators = 10", "trees = 10", "methods[1].options.trees: unknown"),
        ('title = "A good one"', "title = 3", "study.title: must be a text, got 3"),
        ("coef = [0.4]", "coef = 1979-05-27", "dgps[2].parameters"),
        ("[[dgps]]", "[[process]]", "there must be at least one [[dgps]]"),
        ("[study]", "[stud]", "study: is missing"),
        ('name = "naive"', 'name = "json:loads"', "is not a subclass of"),
        ('name = "naive"', 'name = "no.such:Thing"', "cannot be imported"),
        ('"IID"\n\n[def', "5\n\n[def", "study.reference: must be the label of a method, got 5"),
    ],
)
def test_each_fault(old, new, message, tmp_path):
    assert old in GOOD
    assert any(message in fault for fault in faults(GOOD.replace(old, new), tmp_path))


def test_what_is_no_design(tmp_path):
    assert "not valid TOML" in faults("[study", tmp_path)[0]
    assert "line 2" in faults("[study]\nname = =", tmp_path)[0]
    (tmp_path / "latin.toml").write_bytes(b"title = '\xe9'")
    with pytest.raises(DesignError, match="not UTF-8"):
        load_design(tmp_path / "latin.toml")
    with pytest.raises(FileNotFoundError, match=r"no study of this name \(there are docs, "):
        load_design("nosuch")
    with pytest.raises(FileNotFoundError, match="is a folder"):
        load_design(tmp_path)
    with pytest.raises(DesignError, match="not JSON serializable"):
        load_design({"study": {"name": object()}})
    assert len(faults("", tmp_path)) >= 3


def test_the_digest_is_of_what_decides_the_results():
    document = tomllib.loads(GOOD)

    def digest(change):
        other = json.loads(json.dumps(document))
        change(other)
        return load_design(other).digest

    plain = digest(lambda d: None)
    assert digest(lambda d: d["study"].update(title="Other", name="other")) == plain
    assert digest(lambda d: d["study"].pop("reference")) == plain
    for change in (
        lambda d: d["study"].update(horizon=3),
        lambda d: d["study"].update(seed=1),
        lambda d: d["study"].update(block=3),
        lambda d: d["study"].update(replications=8),
        lambda d: d["methods"].pop(),
        lambda d: d["methods"][1]["options"].update(n_estimators=21),
        lambda d: d["dgps"][1]["parameters"].update(coef=[0.3]),
    ):
        assert digest(change) != plain


def test_the_studies_of_the_package():
    assert study_names() == ["docs", "nonlinear", "paper", "quick"]
    designs = {name: load_design(name) for name in study_names()}
    assert {cell.dgp for cell in designs["quick"].cells} == set(DGPS)
    assert {method.name for method in designs["quick"].methods} == set(METHODS)
    strategies = {m.options["bootstrap"] for m in designs["quick"].methods if m.name == "forest"}
    assert strategies == {
        *("ar_sieve", "iid", "moving", "circular", "stationary", "nonoverlapping", "seasonal", "none")
    }
    paper = designs["paper"]
    assert paper.horizon == 5
    assert {cell.length for cell in paper.cells} == {100, 200, 400, 1000}
    assert {cell.replications for cell in paper.cells} == {1000}
    assert all(cell.linear for cell in paper.cells)
    assert {m.options["n_estimators"] for m in paper.methods if m.name == "forest"} == {500}
    assert {cell.id for cell in paper.cells} < {cell.id for cell in designs["docs"].cells}
    assert not any(cell.linear for cell in designs["nonlinear"].cells)
    for design in designs.values():
        assert design.reference == "IID forest"
        assert design.text == (STUDIES / f"{design.name}.toml").read_text()


def test_a_study_is_found_beside_a_folder_of_its_name(tmp_path, monkeypatch):
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert load_design("docs").name == "docs"
    (tmp_path / "quick").write_text(GOOD)  # but a file is meant
    assert load_design("quick").name == "good"
