"""Releases of the site on a server: built in a sandbox, switched, rolled back, kept."""
