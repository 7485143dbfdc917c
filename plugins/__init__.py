"""Everything of Maglia that is code."""
