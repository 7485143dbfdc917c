"""Everything of Maglia that is code."""

# That of pyproject.toml and of the list of changes.
__version__ = "0.2.0"
