"""What cannot be saved or loaded is refused, with the path, the reason and the remedy."""

from __future__ import annotations

import io
import os
import pickle
import zipfile
from dataclasses import dataclass

import joblib
import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from arsieve_rf import ARSieveForecaster, ARSieveForestRegressor
from arsieve_rf.persistence import files
from arsieve_rf.preparation import Chain
from arsieve_rf.resampling.base import Strategy
from arsieve_rf.resampling.iid import IID
from tests.persistence.cases import forecaster, same_forecasts, values
from tests.persistence.forging import (
    DOCUMENT,
    change_array,
    change_document,
    members,
    records_of,
    write_members,
)


@dataclass(frozen=True)
class Own(Strategy):
    """A strategy of a user."""

    def fit(self, data):
        return IID().fit(data)


class OwnForecaster(ARSieveForecaster):
    pass


class OwnStep:
    n_lost = 0

    def fit(self, y):
        return self

    def forward(self, y):
        return np.asarray(y)

    inverse = update = forward


@pytest.fixture(scope="module")
def fitted():
    return forecaster(seasonal=None).fit(values())


@pytest.fixture
def path(fitted, tmp_path):
    fitted.save(tmp_path / "f.arsieve")
    return tmp_path / "f.arsieve"


def refused(path, *words, cls=ARSieveForecaster):
    with pytest.raises(ValueError, match=words[0]) as caught:
        cls.load(path)
    for word in (str(path), *words[1:]):
        assert word in str(caught.value)


def test_before_fit(tmp_path):
    with pytest.raises(NotFittedError):
        forecaster().save(tmp_path / "f")


def test_a_strategy_of_the_user_is_named(tmp_path):
    own = forecaster(bootstrap=Own(), seasonal=None).fit(values())
    with pytest.raises(
        TypeError, match=r"bootstrap = Own\(\) \(.*test_refusals\.Own\) cannot be saved.*joblib"
    ):
        own.save(tmp_path / "f")
    assert not list(tmp_path.iterdir())


def test_a_step_of_the_user_is_named(tmp_path):
    own = forecaster(seasonal=None).fit(values())
    own._model.chain = Chain([*own._model.chain.steps, OwnStep()])
    with pytest.raises(TypeError, match=r"_model\.chain\.steps\[\d\] = .*OwnStep"):
        own.save(tmp_path / "f")


def test_a_class_of_the_user_is_named(tmp_path):
    own = OwnForecaster(n_estimators=5, random_state=0).fit(values())
    with pytest.raises(TypeError, match="the object = OwnForecaster"):
        own.save(tmp_path / "f")


def test_no_such_folder(fitted, tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nowhere/f cannot be written: there is no folder .*nowhere"):
        fitted.save(tmp_path / "nowhere" / "f")


def test_a_folder_is_no_file(fitted, tmp_path):
    with pytest.raises(
        IsADirectoryError, match=rf"^{tmp_path} cannot be written: it is a folder; add the name"
    ):
        fitted.save(tmp_path)
    assert not list(tmp_path.iterdir())
    with pytest.raises(IsADirectoryError):
        ARSieveForecaster.load(tmp_path)


def test_paths_of_bytes(fitted, tmp_path):
    """What open() takes."""
    path = os.fsencode(tmp_path / "f")
    fitted.save(path)
    assert (ARSieveForecaster.load(path).predict(2) == fitted.predict(2)).all()
    refused(tmp_path / "f", "holds a fitted", cls=ARSieveForestRegressor)
    with pytest.raises(ValueError, match=f"^{tmp_path}/f holds"):
        ARSieveForestRegressor.load(path)


def test_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"nothing\.arsieve"):
        ARSieveForecaster.load(tmp_path / "nothing.arsieve")


@pytest.mark.parametrize("failing", ["replace", "fsync"])
def test_a_failed_write_leaves_the_old_file(failing, fitted, path, monkeypatch):
    def fail(*args):
        raise OSError(28, "No space left on device")

    before = path.read_bytes()
    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(OSError, match="No space left"):
        fitted.save(path)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_the_file_is_not_there_before_it_is_whole(fitted, tmp_path, monkeypatch):
    seen = []
    replace = os.replace

    def watching(source, target):
        seen.append([item.name for item in tmp_path.iterdir()])
        with zipfile.ZipFile(source) as archive:
            assert archive.testzip() is None
        replace(source, target)

    monkeypatch.setattr(os, "replace", watching)
    fitted.save(tmp_path / "f")
    assert len(seen) == 1
    assert seen[0] != ["f"]
    assert len(seen[0]) == 1
    assert [item.name for item in tmp_path.iterdir()] == ["f"]


def test_permissions_are_those_of_any_new_file(fitted, tmp_path):
    (tmp_path / "other").write_bytes(b"")
    fitted.save(tmp_path / "f")
    assert (tmp_path / "f").stat().st_mode == (tmp_path / "other").stat().st_mode


def test_other_files(fitted, tmp_path):
    path = tmp_path / "other"
    path.write_bytes(b"")
    refused(path, r"was not written by ARSieveForecaster\.save", "pickle, joblib or skops")
    path.write_bytes(pickle.dumps(fitted))
    refused(path, "was not written by")
    joblib.dump(fitted, path)
    refused(path, "was not written by")
    np.savez(tmp_path / "arrays.npz", a=np.zeros(3))
    refused(tmp_path / "arrays.npz", "was not written by")
    write_members(path, {DOCUMENT: b'{"a": 1}'})
    refused(path, "was not written by")
    write_members(path, {DOCUMENT: b"[]"})
    refused(path, "was not written by")


def test_cut_off_anywhere(path):
    whole = path.read_bytes()
    for length in range(2, len(whole), len(whole) // 40):
        path.write_bytes(whole[:length])
        refused(
            path, "is damaged or was cut off", "get a whole copy, or fit and save the ARSieveForecaster anew"
        )


def test_flipped_bits_are_noticed_or_do_not_matter(path, fitted):
    whole = bytearray(path.read_bytes())
    noticed = 0
    for place in np.random.default_rng(0).integers(4, len(whole), 60):
        changed = bytearray(whole)
        changed[place] ^= 0x10
        path.write_bytes(bytes(changed))
        try:
            again = ARSieveForecaster.load(path)
        except ValueError:
            noticed += 1
        else:  # dates, permissions and repeated headers of the archive
            same_forecasts(fitted, again)
    assert noticed > 30


def test_newer_format(path):
    def newer(document):
        document.update(format_version=files.FORMAT_VERSION + 1, library_version="9.1", records="another way")

    change_document(path, newer)
    refused(
        path,
        rf"was written by arsieve-rf 9\.1 in format {files.FORMAT_VERSION + 1}",
        f"reads formats up to {files.FORMAT_VERSION}: upgrade arsieve-rf.",
    )


@pytest.mark.parametrize("version", [0, -1, "1", None, True, 1.0])
def test_versions_that_never_were(version, path):
    change_document(path, lambda document: document.update(format_version=version))
    refused(path, "is damaged")


def test_a_file_of_another_estimator(path, fitted, tmp_path):
    refused(
        path,
        "holds a fitted ARSieveForecaster, not an ARSieveForestRegressor: use ARSieveForecaster.load",
        cls=ARSieveForestRegressor,
    )
    fitted.regressor_.save(tmp_path / "r")
    refused(tmp_path / "r", "holds a fitted ARSieveForestRegressor, not an ARSieveForecaster")
    refused(path, "holds a fitted ARSieveForecaster, not an OwnForecaster", cls=OwnForecaster)
    change_document(path, lambda document: document.update({"class": "ARSieveGarden"}))
    refused(path, "holds a 'ARSieveGarden', which arsieve-rf .* does not know: upgrade")
    # there is no Forest.load to send anyone to
    change_document(path, lambda document: document.update({"class": "Forest"}))
    refused(path, "is damaged.*holds Forest, which is part of other objects only")


def test_a_file_that_says_one_class_and_holds_another(path):
    change_document(path, lambda document: document.update({"class": "ARSieveForestRegressor"}))
    refused(path, "is damaged.*holds ARSieveForecaster where it says", cls=ARSieveForestRegressor)


@pytest.mark.parametrize("name", ["os.system", "Popen", "object", "ARSieveForecaster.load", "__class__", ""])
def test_unknown_classes(name, path):
    def put(document):
        next(record for record in document["records"] if record.get("class") == "Chain")["class"] = name

    change_document(path, put)
    refused(path, f"names the class {name!r}, which is none of those", "nothing was made of it")


def test_missing_members(path):
    content = members(path)
    for name in content:
        write_members(path, {other: part for other, part in content.items() if other != name})
        refused(path, "was not written by" if name == DOCUMENT else f"is damaged.*{name}")


def test_arrays_of_objects_are_not_unpickled(path):
    class Harm:
        def __reduce__(self):
            return pytest.fail, ("unpickled",)

    change_array(path, "Forest", "threshold", lambda array: np.array([Harm()], object))
    refused(path, "is damaged")


def test_an_array_that_claims_more_than_there_is(path):
    content = members(path)
    small = np.lib.format.header_data_from_array_1_0(np.zeros(1))
    for shape in [(10**15,), (2,), (0,), (-1,), (2**40, 2**40)]:
        buffer = io.BytesIO()
        np.lib.format.write_array_header_1_0(buffer, {**small, "shape": shape})
        write_members(path, {**content, "3.npy": buffer.getvalue() + bytes(8)})
        refused(path, "is damaged")


BROKEN = {
    "no root": lambda d: d.pop("root"),
    "no records": lambda d: d.pop("records"),
    "root elsewhere": lambda d: d.update(root={"ref": 10**9}),
    "root negative": lambda d: d.update(root={"ref": -1}),
    "root of another kind": lambda d: d.update(root=5),
    "a record of a record": lambda d: d.update(root={"ref": 0, "more": 1}),
    "another type": lambda d: d["records"][1].update(type="code"),
    "no type": lambda d: d["records"][1].clear(),
    "a bare list": lambda d: records_of(d, "Chain")[0].update(steps=[1]),
    "fields of a dataclass lack": lambda d: records_of(d, "Forest")[0].pop("threshold"),
    "fields of a dataclass unknown": lambda d: records_of(d, "Forest")[0].update(extra=1),
    "attributes lack": lambda d: records_of(d, "ARSieveForestRegressor")[0].pop("forest_"),
    "a number for an array": lambda d: records_of(d, "Forest")[0].update(threshold=1.5),
    "a finite float as a record": lambda d: (
        d["records"].append({"type": "float", "value": "1.0"})
        or records_of(d, "Forest")[0].update(scale={"ref": len(d["records"]) - 1})
    ),
    "a tuple in itself": lambda d: (
        d["records"].append({"type": "tuple", "items": [{"ref": len(d["records"])}]})
        or records_of(d, "Forest")[0].update(scale={"ref": len(d["records"]) - 1})
    ),
    "very deep": lambda d: (
        d["records"].extend(
            {"type": "tuple", "items": [{"ref": len(d["records"]) + i + 1}]} for i in range(5000)
        )
        or records_of(d, "Forest")[0].update(scale={"ref": len(d["records"]) - 4000})
    ),
    "another generator": lambda d: (
        d["records"].append({"type": "Generator", "state": {"ref": len(d["records"]) + 1}})
        or d["records"].append({"type": "dict", "items": [["bit_generator", "BitGenerator"]]})
        or records_of(d, "Forest")[0].update(scale={"ref": len(d["records"]) - 2})
    ),
    "another offset": lambda d: (
        d["records"].append(
            {
                "type": "offset",
                "kind": "to_offset",
                "n": 1,
                "normalize": False,
                "steps": {"ref": len(d["records"])},
            }
        )
        or records_of(d, "Forest")[0].update(scale={"ref": len(d["records"]) - 1})
    ),
}


@pytest.mark.parametrize("how", BROKEN)
def test_documents_that_no_one_wrote(how, path):
    change_document(path, BROKEN[how])
    refused(path, "is damaged")


def test_a_document_that_is_no_json(path):
    content = members(path)
    for text in (b"", b"{", b"\xff", content[DOCUMENT].replace(b'"root"', b'"a": NaN, "root"', 1)):
        write_members(path, {**content, DOCUMENT: text})
        refused(path, "is damaged")


@pytest.mark.parametrize("name", ["predict", "__class__", "__reduce__", "load"])
def test_a_file_has_no_say_in_methods(name, path):
    change_document(path, lambda d: records_of(d, "ARSieveForecaster")[0].update({name: "os.system"}))
    refused(path, f"is damaged.*ARSieveForecaster has values for the methods .'{name}'")
