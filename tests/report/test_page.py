"""Documents as pages: escaped, closed, readable."""

from __future__ import annotations

import numpy as np
import pytest

from arsieve_rf.report.page import to_html
from arsieve_rf.report.style import shade_of, tint
from tests.report.pages import DOCUMENT, NASTY, Tags


def test_html_escapes_everything():
    page = to_html(DOCUMENT)
    tags = Tags(page)
    # Title in the head, too; contents hold the section's title only.
    assert tags.texts.count(NASTY) == 14
    assert "<b>|" not in page


def test_figures_are_found_in_folds():
    assert [figure.name for figure in DOCUMENT.figures()] == ["figure"]


def contrast(a, b):
    """WCAG's contrast ratio of two colours."""

    def luminance(colour):
        parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return linear @ [0.2126, 0.7152, 0.0722]

    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ratio", [1e-9, 0.3, 0.8, 1.0, 1.3, 3.0, 1e9])
def test_text_is_readable_on_every_tint(ratio):
    background = tint(shade_of(ratio))
    assert contrast("#333333", background) >= 4.5  # intervals
    assert contrast("#1a1a1a", background) >= 7.0  # values


def test_strength_grows_with_distance():
    below = [contrast("#ffffff", tint(shade_of(r))) for r in (1.0, 0.95, 0.8, 0.6, 0.5)]
    above = [contrast("#ffffff", tint(shade_of(r))) for r in (1.0, 1.05, 1.2, 1.6, 2.0)]
    assert below == sorted(below)
    assert above == sorted(above)
