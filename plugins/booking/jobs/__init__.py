"""Background jobs: booking lifecycle, daily report, mail repair, and the worker that runs them."""
