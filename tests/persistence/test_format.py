"""What is stored changes with the format version only, and files of former versions are still read."""

from __future__ import annotations

import re
import warnings

import numpy as np
import pytest

from arsieve_rf import ARSieveForecaster
from arsieve_rf.estimators._stored import STORED
from arsieve_rf.persistence.files import FORMAT_VERSION
from tests.persistence.make_fields import LIST, table
from tests.persistence.make_golden import ARCHIVE, FORECASTS, golden_files


@pytest.fixture(scope="module")
def now():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # what small series are warned of
        return table()


def test_what_is_stored_has_not_changed_within_a_format(now):
    before = LIST.read_text()
    changed = sorted(set(now.splitlines()) ^ set(before.splitlines()))
    assert now == before, (
        "what files hold has changed:\n  "
        + "\n  ".join(changed)
        + f"\nFiles of format {FORMAT_VERSION} can be in use. Raise FORMAT_VERSION in "
        "arsieve_rf/persistence/files.py, let the reader fill in what older files lack, and write the list "
        "anew: python -m tests.persistence.make_fields. (Before the first release: write the list anew.)"
    )


def test_the_list_covers_every_class_that_has_attributes(now):
    empty = {line.rstrip(":") for line in now.splitlines()[1:] if line.endswith(":")}
    assert empty == {"AllRows", "IID"}
    assert {line.partition(":")[0] for line in now.splitlines()[1:]} == set(STORED)


def test_every_format_has_a_file():
    formats = [int(re.search(r"format_(\d+)", name)[1]) for name in golden_files()]
    assert formats == list(range(1, FORMAT_VERSION + 1)), "python -m tests.persistence.make_golden makes one"


@pytest.mark.parametrize("name", golden_files())
def test_files_of_former_versions_are_read(name):
    forecaster = ARSieveForecaster.load(ARCHIVE / name)
    expected = np.loadtxt(ARCHIVE / name.replace(".arsieve", FORECASTS))
    np.testing.assert_allclose(forecaster.predict(len(expected)), expected, rtol=1e-12)
