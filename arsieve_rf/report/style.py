"""Colours and the page's style sheet: dark text on white, readable in grey and with colour blindness."""

from __future__ import annotations

import math

__all__ = ["CSS", "HIGHER", "LOWER", "shade_of", "tint"]

LOWER, HIGHER = "▼", "▲"  # beside a tint, for those who do not see it

_LOWER, _HIGHER = (67, 147, 195), (244, 134, 51)


def shade_of(ratio: float) -> float:
    """Strength of a ratio's colour: 0 at 1, -1 at 1/2 and below, 1 at 2 and above.

    Examples
    --------
    >>> shade_of(1.0), shade_of(0.25), shade_of(float("nan"))
    (0.0, -1.0, 0.0)
    """
    if not ratio > 0.0:  # NaN, too
        return -1.0 if ratio == 0.0 else 0.0
    return max(-1.0, min(1.0, math.log2(ratio)))


def tint(shade: float) -> str:
    """Background for a shade: white to blue (lower) or orange (higher), light enough for dark text.

    Examples
    --------
    >>> tint(0.0)
    '#ffffff'
    """
    colour = _LOWER if shade < 0.0 else _HIGHER
    # The root shows small differences; .62 at most keeps the text's contrast above 7:1.
    weight = 0.62 * math.sqrt(min(1.0, abs(shade)))
    return "#" + "".join(f"{round(255 + weight * (c - 255)):02x}" for c in colour)


CSS = """\
:root { --ink: #1a1a1a; --quiet: #555; --line: #d9d9d9; --soft: #f5f6f7; --accent: #005a8c; }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 76rem; color: var(--ink); background: #fff;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .5rem 0 .25rem; }
h2 { font-size: 1.35rem; line-height: 1.25; margin: 3rem 0 .75rem; padding-top: .9rem; border-top: 2px
  solid var(--ink); }
h3 { font-size: 1.08rem; margin: 1.6rem 0 .3rem; }
p, ul { max-width: 52rem; margin: .6rem 0; }
li { margin: .45rem 0; }
a { color: var(--accent); }
.subtitle { color: var(--quiet); font-size: 1.05rem; margin: 0 0 1rem; }
.quiet, figcaption { color: var(--quiet); font-size: .92rem; }
nav { background: var(--soft); border-radius: 6px; padding: .7rem 1.1rem; }
nav ol { margin: 0; padding-left: 1.4rem; columns: 18rem 3; max-width: none; }
nav li { margin: .15rem 0; break-inside: avoid; }
.scroll { overflow-x: auto; -webkit-overflow-scrolling: touch; }
.caption { margin: 1.4rem 0 .4rem; font-weight: 600; max-width: 52rem; }
table { border-collapse: collapse; font-size: .88rem; line-height: 1.3; font-variant-numeric:
  tabular-nums; }
th, td { padding: .32rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space:
  nowrap; }
thead th { border-bottom: 2px solid var(--ink); vertical-align: bottom; white-space: normal; min-width:
  4.2rem;
  max-width: 8rem; }
tbody th, thead th:first-child { text-align: left; font-weight: 500; position: sticky; left: 0;
  background: #fff;
  z-index: 1; max-width: 15rem; white-space: normal; min-width: 9.5rem; }
thead th:first-child { font-weight: 600; }
tr.group th { background: var(--soft); font-weight: 600; max-width: none; }
tr.group th span { position: sticky; left: .6rem; }
td small { display: block; color: #333; font-size: .8em; }
td b { font-weight: 750; }
table.words td, table.words thead th { text-align: left; white-space: normal; min-width: 6rem; max-width:
  34rem;
  overflow-wrap: break-word; vertical-align: top; }
figure { margin: 1.4rem 0; }
figure img { display: block; width: 100%; min-width: 44rem; height: auto; }
figcaption { margin-top: .4rem; max-width: 52rem; }
details { margin: 1rem 0; border: 1px solid var(--line); border-radius: 6px; padding: 0 1rem; }
details[open] { padding-bottom: 1rem; }
summary { cursor: pointer; padding: .6rem 0; font-weight: 600; color: var(--accent); }
pre { background: var(--soft); padding: .8rem 1rem; border-radius: 6px; font-size: .85rem; line-height:
  1.45; }
@media (max-width: 40rem) {
  body { padding: .75rem .8rem 3rem; font-size: 15px; }
  h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; }
  tbody th, thead th:first-child { min-width: 6rem; max-width: 8.5rem; }
}
@media print { body { max-width: none; font-size: 11px; } nav { display: none; } .scroll { overflow:
  visible; }
  figure img { min-width: 0; } section { break-inside: auto; } tr, figure { break-inside: avoid; } }
"""
