"""Run all benchmarks: ``python -m benchmarks`` (long; each can be run alone)."""

from benchmarks import (
    auto,
    bench_compare,
    bench_memory,
    bench_panel,
    bench_predict,
    bench_start,
    bench_study,
    bins,
    changing,
    coverage,
    exog,
    file_size,
    leaf_draws,
    m3,
    m3_intervals,
    peers,
    scaling,
    size,
    validation,
)
from benchmarks.competition import DATA

ON_SIMULATED_DATA = (
    bench_start,
    bench_memory,
    bench_predict,
    file_size,
    bench_panel,
    bench_study,
    bench_compare,
    peers,
    bins,
    scaling,
    auto,
    validation,
    coverage,
    leaf_draws,
    changing,
    size,
)
ON_REAL_DATA = ((m3, ["--set", "m3"]), (m3, ["--set", "m1"]), (m3_intervals, []), (exog, []))

for part in ON_SIMULATED_DATA:
    print(f"\n# {part.__name__}")
    part.main()
for part, arguments in ON_REAL_DATA:
    print(f"\n# {' '.join([part.__name__, *arguments])}")
    if DATA.is_dir():
        part.main(arguments)
    else:
        print(f"skipped: there is no folder {DATA.name} with the competitions' series beside the checkout")
