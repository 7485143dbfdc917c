"""Work shared out over processes: forked workers and results in their order."""
