"""Row strategies against their probability laws, derived here from the definitions, and against arch.

Seeds are fixed, so a test passes for good or fails for good. Had they been drawn at random, a correct program
would fail one of the some hundred p-values with probability 100 ALPHA = 1 %.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, product

import numpy as np
import pytest
from arch.bootstrap import (
    CircularBlockBootstrap,
    IIDBootstrap,
    MovingBlockBootstrap,
    StationaryBootstrap,
)
from scipy import stats

from arsieve_rf._kernels.rng import ROLE_DRAW, stream_keys
from arsieve_rf.resampling.base import Observed
from arsieve_rf.resampling.circular import CircularBlock
from arsieve_rf.resampling.iid import IID
from arsieve_rf.resampling.moving import MovingBlock
from arsieve_rf.resampling.nonoverlapping import NonoverlappingBlock
from arsieve_rf.resampling.seasonal import SeasonalBlock
from arsieve_rf.resampling.stationary import StationaryBlock

ALPHA = 1e-4


def sampler(strategy, n, m):
    return strategy.fit(Observed((np.arange(float(n)),), 0, None, m))


def keys(count):
    return stream_keys(np.uint64(20240917), 0, count, ROLE_DRAW)


# ---- the whole distribution over sequences, by enumeration, for small n


def chain_law(n, m, first, step):
    """Probability of each sequence of m rows, from those of the first row and of (row -> next row)."""
    law = {}
    for rows in product(range(n), repeat=m):
        p = first(rows[0])
        for row, following in pairwise(rows):
            p *= step(row, following)
        if p > 0:
            law[rows] = p
    return law


def block_law(m, positions, next_blocks):
    """As ``chain_law`` for ``next_blocks(position) -> equally likely blocks`` from each first position."""
    law = Counter()

    def extend(rows, position, p):
        if len(rows) >= m:
            law[rows[:m]] += p
            return
        blocks = next_blocks(position)
        for block in blocks:
            extend((*rows, *block), position + len(block), p / len(blocks))

    for position in positions:
        extend((), position, 1 / len(positions))
    return law


def iid_law(n, m):
    return chain_law(n, m, lambda row: 1 / n, lambda row, following: 1 / n)


def moving_law(n, m, b):
    return block_law(m, [0], lambda t: [tuple(range(s, s + b)) for s in range(n - b + 1)])


def circular_law(n, m, b):
    return block_law(m, [0], lambda t: [tuple((s + k) % n for k in range(b)) for s in range(n)])


def stationary_law(n, m, b):
    def step(row, following):
        return (1 - 1 / b) * (following == (row + 1) % n) + 1 / (b * n)

    return chain_law(n, m, lambda row: 1 / n, step)


def nonoverlapping_law(n, m, b):
    starts = sorted({0, *range(n % b, n, b)})
    whole = n % b == 0 and m % b == 0

    def step(row, following):
        if row + 1 == n or row + 1 in starts:
            return (following in starts) / len(starts)
        return float(following == row + 1)

    def first(row):
        return (row in starts) / len(starts) if whole else 1 / n

    return chain_law(n, m, first, step)


def seasonal_law(n, m, b, period):
    def next_blocks(position):
        phase = position % period
        starts = range(phase, n - b + 1, period)
        return [tuple(range(s, s + b)) for s in starts] or [tuple(range(phase, n))]

    return block_law(m, [0] if m == n else range(period), next_blocks)


@pytest.mark.parametrize(
    ("strategy", "law", "n", "m"),
    [
        (IID(), iid_law(3, 4), 3, 4),
        (MovingBlock(1), iid_law(4, 3), 4, 3),
        (MovingBlock(2), moving_law(5, 5, 2), 5, 5),
        (MovingBlock(3), moving_law(6, 8, 3), 6, 8),
        (CircularBlock(2), circular_law(5, 5, 2), 5, 5),
        (CircularBlock(4), circular_law(4, 6, 4), 4, 6),
        (StationaryBlock(1), iid_law(3, 4), 3, 4),
        (StationaryBlock(2.5), stationary_law(3, 5, 2.5), 3, 5),
        (StationaryBlock(4), stationary_law(4, 4, 4), 4, 4),
        (NonoverlappingBlock(1), iid_law(4, 3), 4, 3),
        (NonoverlappingBlock(2), nonoverlapping_law(5, 5, 2), 5, 5),
        (NonoverlappingBlock(2), nonoverlapping_law(6, 6, 2), 6, 6),
        (NonoverlappingBlock(3), nonoverlapping_law(4, 6, 3), 4, 6),
        (SeasonalBlock(1, 2), seasonal_law(5, 5, 1, 2), 5, 5),
        (SeasonalBlock(2, 3), seasonal_law(8, 8, 2, 3), 8, 8),
        (SeasonalBlock(3, 3), seasonal_law(9, 9, 3, 3), 9, 9),
        (SeasonalBlock(5, 3), seasonal_law(6, 9, 5, 3), 6, 9),
    ],
)
def test_sequences_have_the_law_of_the_definition(strategy, law, n, m):
    assert sum(law.values()) == pytest.approx(1)
    trees = 40_000
    drawn = Counter(map(tuple, sampler(strategy, n, m).draw_indices(keys(trees)).tolist()))
    assert set(drawn) <= set(law)
    expected = np.array([trees * p for p in law.values()])
    seen = np.array([drawn[rows] for rows in law])
    common = expected >= 10
    if not common.all():  # rare sequences count as one cell
        expected = np.append(expected[common], expected[~common].sum())
        seen = np.append(seen[common], seen[~common].sum())
    if len(expected) > 1:
        assert stats.chisquare(seen, expected * (trees / expected.sum())).pvalue > ALPHA


# ---- expected counts of each row, for sizes of real use


def mean_test(counts, expected):
    """P-value of Hotelling's test that the rows' mean counts are the expected ones.

    Counts that are tied by construction (they sum to m; rows of one block go together) must agree exactly.
    """
    gap = counts.mean(axis=0) - expected
    values, vectors = np.linalg.eigh(np.cov(counts, rowvar=False))
    scores = vectors.T @ gap
    free = values > 1e-8 * values.max()
    assert np.abs(scores[~free]).max(initial=0) < 1e-6
    return stats.chi2.sf(len(counts) * np.sum(scores[free] ** 2 / values[free]), free.sum())


def moving_counts(n, m, b):
    lengths = [b] * (m // b) + [m % b]
    return [sum(s <= i < s + c for s in range(n - b + 1) for c in lengths) / (n - b + 1) for i in range(n)]


def seasonal_counts(n, m, b, period):
    counts = np.zeros(n)
    firsts = [0] if m == n else range(period)
    for first in firsts:
        drawn = 0
        while drawn < m:
            phase = (first + drawn) % period
            starts = list(range(phase, n - b + 1, period))
            length = min(b if starts else n - phase, m - drawn)
            for s in starts or [phase]:
                counts[s : s + length] += 1 / (len(starts or [phase]) * len(firsts))
            drawn += length
    return counts


@pytest.mark.parametrize(("n", "m"), [(40, 40), (47, 47), (41, 30), (41, 70)])
@pytest.mark.parametrize(
    "name", ["iid", "moving", "circular", "stationary", "nonoverlapping", "seasonal", "long"]
)
def test_expected_counts(name, n, m):
    strategy, expected = {
        "iid": (IID(), np.full(n, m / n)),
        "moving": (MovingBlock(6), moving_counts(n, m, 6)),
        "circular": (CircularBlock(6), np.full(n, m / n)),
        "stationary": (StationaryBlock(5.5), np.full(n, m / n)),
        "nonoverlapping": (NonoverlappingBlock(6), np.full(n, m / n)),
        "seasonal": (SeasonalBlock(6, 4), seasonal_counts(n, m, 6, 4)),
        "long": (NonoverlappingBlock(28), np.full(n, m / n)),
    }[name]
    counts = sampler(strategy, n, m).draw(keys(6000))
    assert np.sum(expected) == pytest.approx(m)
    assert mean_test(counts, expected) > ALPHA


@pytest.mark.parametrize(
    ("strategy", "left_out"),
    [(IID(), (1 - 1 / 60) ** 60), (CircularBlock(6), (1 - 6 / 60) ** 10), (NonoverlappingBlock(6), 0.9**10)],
)
def test_probability_of_being_out_of_bag(strategy, left_out):
    share = (sampler(strategy, 60, 60).draw(keys(5000)) == 0).mean(axis=1)
    z = (share.mean() - left_out) / (share.std(ddof=1) / np.sqrt(len(share)))
    assert abs(z) < stats.norm.isf(ALPHA / 2)


@pytest.mark.parametrize("b", [1, 1.7, 12, 60])
def test_stationary_blocks_are_geometric(b):
    """A row is not followed by its successor with probability (1 - 1/n) / b, independently of all others."""
    n, m, trees = 60, 80, 2000
    rows = sampler(StationaryBlock(b), n, m).draw_indices(keys(trees)).astype(int)
    breaks = (rows[:, 1:] - rows[:, :-1] - 1) % n != 0
    p = (1 - 1 / n) / b
    assert stats.binomtest(int(breaks.sum()), breaks.size, p).pvalue > ALPHA
    first_run = np.where(breaks.any(axis=1), breaks.argmax(axis=1), m - 1)
    edges = np.unique(stats.geom.ppf([0.2, 0.4, 0.6, 0.8], p, loc=-1))
    edges = edges[edges < m - 1]
    law = np.diff([0, *stats.geom.cdf(edges, p, loc=-1), 1])
    seen = np.bincount(np.searchsorted(edges, first_run), minlength=len(law))
    assert stats.chisquare(seen, trees * law).pvalue > ALPHA


# ---- arch's index bootstraps, where the definitions are the same (m = n)


@pytest.mark.parametrize(
    ("strategy", "peer"),
    [
        (IID(), lambda x: IIDBootstrap(x, seed=1)),
        (MovingBlock(7), lambda x: MovingBlockBootstrap(7, x, seed=1)),
        (CircularBlock(7), lambda x: CircularBlockBootstrap(7, x, seed=1)),
        (StationaryBlock(7), lambda x: StationaryBootstrap(7, x, seed=1)),
    ],
)
def test_agrees_with_arch(strategy, peer):
    n, trees = 45, 4000
    ours = sampler(strategy, n, n).draw_indices(keys(trees)).astype(int)
    bootstrap = peer(np.arange(float(n)))
    theirs = np.array([bootstrap.index.copy() for _ in bootstrap.bootstrap(trees)]).astype(int)
    a, b = (np.array([np.bincount(row, minlength=n) for row in rows]) for rows in (ours, theirs))
    # mean counts: tested on the differences of independent pairs of trees
    assert mean_test(a - b, np.zeros(n)) > ALPHA
    for statistic in (
        lambda rows, counts: np.mean((np.diff(rows, axis=1) - 1) % n == 0, axis=1),  # successors that follow
        lambda rows, counts: (counts == 0).sum(axis=1),  # rows left out
        lambda rows, counts: np.mean(
            counts[:, 3:] * counts[:, :-3], axis=1
        ),  # rows three apart drawn together
        lambda rows, counts: counts.max(axis=1),
    ):
        x, y = statistic(ours, a), statistic(theirs, b)
        # equal laws of a discrete statistic: the test is then conservative
        assert stats.ks_2samp(x, y, method="asymp").pvalue > ALPHA
        if x.std() + y.std() > 0:
            assert stats.ttest_ind(x, y, equal_var=False).pvalue > ALPHA
