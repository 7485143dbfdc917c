"""Content checks: faults and advice, each with file and line."""
