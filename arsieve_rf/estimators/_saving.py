"""``save`` and ``load`` of fitted estimators."""

from __future__ import annotations

import os
from typing import Self

from sklearn.utils.validation import check_is_fitted

from ..persistence import files
from ..report.environment import versions

__all__ = ["Saved"]


class Saved:
    """An estimator that can be written to a file and read from one."""

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted estimator to a file that is safe to read from anyone.

        The file is a zip archive of NumPy arrays and one JSON document; there is no pickle in it. It is
        written as a whole or not at all, and the same estimator gives the same bytes.

        Parameters
        ----------
        path : str or path-like
            The file. One that is there is replaced.

        Raises
        ------
        NotFittedError
            Before `fit`.
        TypeError
            If a parameter is an object that such a file cannot hold, a strategy class of your own for
            instance. Nothing is written then.
        FileNotFoundError
            If the folder does not exist.

        See Also
        --------
        load : Read the file.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> from arsieve_rf import ARSieveForecaster
        >>> from arsieve_rf.datasets import load_sunspots
        >>> forecaster = ARSieveForecaster(n_estimators=50, random_state=0).fit(load_sunspots())
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     forecaster.save(Path(folder, "sunspots.arsieve"))
        ...     again = ARSieveForecaster.load(Path(folder, "sunspots.arsieve"))
        >>> bool((again.predict(5) == forecaster.predict(5)).all())
        True
        """
        from ._stored import STORED

        check_is_fitted(self)
        files.write(self, path, STORED, _version())

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a fitted estimator that `save` wrote.

        Parameters
        ----------
        path : str or path-like
            The file. Nothing in it is run: it can only name classes of arsieve_rf from a fixed list and hold
            plain values, whose kinds are checked.

        Returns
        -------
        estimator
            As it was saved: forecasts, paths and what `update` makes of it are equal to the last bit.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If it is not a file of this class, is damaged, or was written in a newer format.

        See Also
        --------
        save : Write the file.
        """
        from ._stored import STORED

        return files.read(path, cls, STORED, _version())


def _version() -> str:
    return versions(["arsieve-rf"]).get("arsieve-rf", "of an unknown version")
