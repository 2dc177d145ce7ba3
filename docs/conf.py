"""Configuration of the documentation, built by ``make docs``; nothing is fetched from the network."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

import arsieve_rf

project = "arsieve_rf"
author = "The arsieve_rf developers"
copyright = author
version = release = arsieve_rf.__version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "mathml",
]
exclude_patterns = ["_build"]
templates_path = ["_templates"]
suppress_warnings = ["myst.header"]  # the first heading of an included page may be of a lower level

myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3

autosummary_generate = True
toc_object_entries_show_parents = "hide"
autodoc_typehints = "none"  # the docstrings say types in words, with shapes and ranges
numpydoc_show_class_members = False  # the class template lists them

html_theme = "pydata_sphinx_theme"
html_math_renderer = "mathml"
html_title = "arsieve_rf"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "logo": {"text": "arsieve_rf"},
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "header_links_before_dropdown": 7,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
html_sidebars = {"index": [], "getting_started": [], "method": [], "benchmarks": []}
