"""Incremental edit: changed texts applied to the kept site, without importing all of Pelican."""
