"""Run all benchmarks: ``python -m benchmarks`` (long; each can be run alone)."""

from benchmarks import bench_fit, bench_memory, bench_predict, bench_start, bench_study

for part in (bench_start, bench_memory, bench_predict, bench_fit, bench_study):
    print(f"\n# {part.__name__}")
    part.main()
