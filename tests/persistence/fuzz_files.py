"""Random changes of files, to be run with the bounds checks of numba:

``NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=/tmp/checked python -m tests.persistence.fuzz_files --seconds 60``

A changed file is refused, or gives what it gives; no kernel may look outside its arrays. Python's own
IndexError does no harm, so only those from calls of kernels count.
"""

from __future__ import annotations

import argparse
import collections
import io
import json
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from arsieve_rf import ARSieveForecaster
from tests.persistence.cases import N, forecaster, values
from tests.persistence.forging import DOCUMENT, members, write_members

CALLERS_OF_KERNELS = ("/forest/", "/resampling/", "_uncertainty.py", "/_kernels/")
X = np.cos(np.arange(N))[:, None]
KINDS: tuple[dict[str, Any], ...] = (
    *({"bootstrap": word} for word in ("auto", "moving", "stationary", None)),
    {"bootstrap": "ar_sieve", "initial": "observed"},
    {"bootstrap": "seasonal", "period": 12},
    {"strategy": "direct"},
    {"missing": "segment"},
)


def fitted(options: dict[str, Any]) -> ARSieveForecaster:
    """With all that is made at the first intervals."""
    y = values()
    if "missing" in options:
        y[[20, 41]] = np.nan
    small = {"lags": 2, "order": 2, "differencing": 1, "seasonal": None, "n_estimators": 5}
    out = forecaster(**small, **options).fit(y, X)
    out.predict_interval(2, X[:2])
    return out


def change_one(content: dict[str, bytes], rng: np.random.Generator) -> str:
    """Change one number or the size of one array, or one number of the document; says which."""
    arrays = [name for name in content if name.endswith(".npy")]
    name = arrays[rng.integers(len(arrays))]
    array = np.load(io.BytesIO(content[name]))
    what = rng.choice(["element", "size", "number"])
    if what == "number":
        document = json.loads(content[DOCUMENT])
        objects = [record for record in document["records"] if record["type"] == "object"]
        record = objects[rng.integers(len(objects))]
        numbers = [field for field, value in record["fields"].items() if type(value) in (int, float)]
        if numbers:
            name = numbers[rng.integers(len(numbers))]
            record["fields"][name] = int(rng.choice([-1, 0, 1, 3, 1000]))
        content[DOCUMENT] = json.dumps(document).encode()
        return f"{record['class']}.{name}"
    if what == "element" and array.size:
        wild = [-1, 0, 1, 7, 10**6, 2**31 - 1] if array.dtype.kind in "iu" else [np.nan, np.inf, -1.0, 1e30]
        array.ravel()[rng.integers(array.size)] = rng.choice(wild)
    else:
        array = (array[:-1], np.concatenate([array, array]), array[:0])[rng.integers(3)]
    buffer = io.BytesIO()
    np.save(buffer, array)
    content[name] = buffer.getvalue()
    return f"{name} {array.dtype} {array.shape} {what}"


def use(model: ARSieveForecaster) -> None:
    """Call all that calls kernels."""
    rows = model.regressor_._sample.X[:5]
    model.predict(3, X[:3])
    model.predict_paths(3, X[:3], n_paths=5)
    model.regressor_.predict_quantiles(rows, [0.1, 0.9])
    model.regressor_.apply(rows)
    model.update(values()[:2], X[:2])
    model.predict_paths(3, X[:3], n_paths=5)


def main() -> None:
    """Change files until the time is over; say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    rng, outcomes = np.random.default_rng(arguments.seed), collections.Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        path, originals = Path(folder, "file"), []
        for options in KINDS:
            fitted(options).save(path)
            originals.append(members(path))
        end = time.monotonic() + arguments.seconds
        while time.monotonic() < end:
            kind = rng.integers(len(KINDS))
            content = dict(originals[kind])
            changed = change_one(content, rng)
            write_members(path, content)
            outcomes[outcome(path, f"{KINDS[kind]} {changed}")] += 1
    print(dict(outcomes))
    if outcomes["outside"]:
        raise SystemExit(1)


def outcome(path: Path, changed: str) -> str:
    """What became of a changed file."""
    try:
        model = ARSieveForecaster.load(path)
    except ValueError:
        return "refused"
    try:
        use(model)
    except IndexError as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        if any(part in last.filename for part in CALLERS_OF_KERNELS):
            print(f"outside its arrays after {changed}: {last.filename}:{last.lineno}")
            return "outside"
        return "IndexError"
    except (ValueError, TypeError) as error:
        return type(error).__name__
    return "used"


if __name__ == "__main__":
    main()
