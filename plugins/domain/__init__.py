"""The pure rules: values and decisions, with no I/O, no clock and no framework."""
