from __future__ import annotations

import hashlib
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.seeds import canonical, cell_id, data_seed, digest, method_seed

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
AR = ("ar", {"coef": [0.5]}, 100)


@given(PLAIN)
def test_the_text_says_the_value(value):
    assert json.loads(canonical(value)) == value


@given(PLAIN, PLAIN)
def test_other_values_have_other_texts(a, b):
    def same(a, b):  # == takes True for 1
        return json.dumps(_typed(a), sort_keys=True) == json.dumps(_typed(b), sort_keys=True)

    assert (canonical(a) == canonical(b)) == same(a, b)


def _typed(value):
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ["other", value]
    return ["number", *value.as_integer_ratio()]


@given(st.dictionaries(st.text(max_size=3), st.integers(), max_size=5))
def test_order_of_keys_does_not_matter(table):
    assert canonical(table) == canonical(dict(reversed(table.items())))


@pytest.mark.parametrize("value", [math.nan, math.inf, [-math.inf]])
def test_not_finite(value):
    with pytest.raises(ValueError, match="must be finite"):
        canonical(value)


@pytest.mark.parametrize("value", [{1: 2}, {"a": object()}, b"x", {1, 2}])
def test_not_plain(value):
    with pytest.raises(TypeError):
        canonical(value)


def test_the_definition_holds_for_ever():
    # results of published studies hang on these lines
    text = '["data",7,"ar",{"coef":[0.5,1]},100,3]'
    wanted = int(hashlib.sha256(text.encode()).hexdigest()[:32], 16)
    assert data_seed("ar", {"coef": [0.5, 1.0]}, 100, 3, seed=7) == wanted
    text = '["method",0,"ar",{"coef":[0.5,1]},100,3,"forest",{"bootstrap":"iid"}]'
    wanted = int(hashlib.sha256(text.encode()).hexdigest(), 16) >> (256 - 62)
    assert method_seed("ar", {"coef": [0.5, 1.0]}, 100, 3, "forest", {"bootstrap": "iid"}) == wanted


def test_seeds_differ_in_every_part():
    data = [data_seed(*AR, r, seed=s) for r in range(200) for s in (0, 1)]
    data += [data_seed("ma", {"coef": [0.5]}, 100, 0), data_seed("ar", {"coef": [0.6]}, 100, 0)]
    data += [data_seed("ar", {"coef": [0.5]}, 101, 0)]
    methods = [method_seed(*AR, r, name, {"k": k}) for r in range(50) for name in ("a", "b") for k in (1, 2)]
    assert len(set(data) | set(methods)) == len(data) + len(methods)
    assert all(0 <= seed < 2**128 for seed in data)
    assert all(0 <= seed < 2**62 for seed in methods)


def test_cell_ids():
    assert cell_id(*AR) == f"ar-{digest(['ar', {'coef': [0.5]}])[:8]}-T100"
    assert cell_id("ar", {"coef": [1]}, 9) == cell_id("ar", {"coef": [1.0]}, 9)
    assert cell_id("pack.mod:Class", {}, 50).startswith("pack-mod-Class-")
