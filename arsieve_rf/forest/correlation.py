"""How alike trees are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["mean_tree_correlation"]


def mean_tree_correlation(values: NDArray[np.float64]) -> float:
    """Mean correlation between the columns of a matrix, over all pairs of different columns.

    Parameters
    ----------
    values : ndarray of float64, shape (n_rows, n_trees)
        Each tree's prediction at each row. Trees that predict one value everywhere are left out.

    Returns
    -------
    float
        The mean, from -1 / (n_trees - 1) to 1; NaN with fewer than two trees.

    Notes
    -----
    With columns standardized to length 1 the sum over all pairs is the squared length of their sum, less one
    for each column: no matrix of correlations is needed.

    References
    ----------
    L. Breiman (2001). "Random Forests", section 11. Machine Learning 45, 5-32. doi:10.1023/A:1010933404324

    Examples
    --------
    >>> import numpy as np
    >>> round(mean_tree_correlation(np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 2.0], [3.0, 6.0, 1.0]])), 12)
    -0.333333333333
    """
    centred = values - values.mean(axis=0)
    lengths = np.sqrt(np.einsum("ij,ij->j", centred, centred))
    varying = lengths > 1e-12 * np.abs(values).max(axis=0, initial=0.0)
    count = int(varying.sum())
    if count < 2:
        return float("nan")
    total = (centred[:, varying] / lengths[varying]).sum(axis=1)
    return (float(total @ total) - count) / (count * (count - 1))
