"""Maglia's code: one folder a room; all rooms share domain and content, nothing else."""

# That of pyproject.toml and of the list of changes.
__version__ = "0.7.0"
