"""Question sets, metrics, reports and benchmarks: `python -m eval` measures what the program answers."""
