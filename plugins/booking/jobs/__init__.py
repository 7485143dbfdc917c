"""Background jobs: lifecycle changes that time brings, the daily report, the worker that runs them."""
