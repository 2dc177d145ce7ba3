"""The classes that files of fitted estimators may hold."""

from __future__ import annotations

from ..forest.baseline import Baseline
from ..forest.columns import Columns
from ..forest.forest import Forest
from ..forest.leaf_contents import Sample
from ..forest.paths import Uncertainty
from ..persistence.classes import Stored, by_name
from ..preparation import (
    BoxCox,
    Chain,
    Damping,
    Differencing,
    DriftShrinkage,
    SeasonalAdjustment,
    Standardize,
)
from ..resampling.all_rows import AllRows, AllRowsSampler
from ..resampling.ar_model import ARFit
from ..resampling.circular import CircularBlock
from ..resampling.iid import IID
from ..resampling.moving import MovingBlock
from ..resampling.nonoverlapping import NonoverlappingBlock
from ..resampling.row_sampler import BlockSampler
from ..resampling.seasonal import SeasonalBlock
from ..resampling.sieve import ARSieve, ARSieveSampler
from ..resampling.stationary import StationaryBlock
from ..series.index import IndexInfo
from . import _stored_checks as checks
from ._calibration import Calibration, _Past
from ._series_model import SeriesModel
from ._wishes import Wishes
from .forecaster import ARSieveForecaster
from .regressor import ARSieveForestRegressor

__all__ = ["STORED"]

_STRATEGIES = (
    ARSieve,
    IID,
    MovingBlock,
    CircularBlock,
    StationaryBlock,
    NonoverlappingBlock,
    SeasonalBlock,
    AllRows,
)
_STEPS = (Chain, BoxCox, Damping, Differencing, DriftShrinkage, SeasonalAdjustment, Standardize)

STORED = by_name(
    [
        Stored(ARSieveForecaster, checks.forecaster),
        Stored(ARSieveForestRegressor, checks.regressor),
        Stored(SeriesModel, checks.series_model),
        Stored(Forest, checks.forest),
        Stored(Columns, checks.columns),
        Stored(Baseline, checks.baseline),
        Stored(Sample, checks.sample),
        Stored(Uncertainty, checks.uncertainty),
        Stored(BlockSampler, checks.block_sampler),
        Stored(AllRowsSampler, checks.all_rows_sampler),
        Stored(ARSieveSampler, checks.sieve_sampler),
        *map(Stored, (ARFit, Calibration, _Past, IndexInfo, Wishes)),
        *map(Stored, _STRATEGIES + _STEPS),
    ]
)
"""By name. A change of their attributes is a change of the format: see ``FORMAT_VERSION``."""
