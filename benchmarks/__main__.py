"""Run all benchmarks: ``python -m benchmarks`` (long; each can be run alone)."""

from benchmarks import bench_fit, bench_memory, bench_predict, bench_start

for part in (bench_start, bench_memory, bench_predict, bench_fit):
    print(f"\n# {part.__name__}")
    part.main()
