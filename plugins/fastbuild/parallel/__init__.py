"""Parallel work: forked worker processes and ordered results."""
