"""Hot jobs, measured beside what a user would take instead: ``python -m benchmarks JOB [--quick] [--json FILE] [--seed N]``."""
