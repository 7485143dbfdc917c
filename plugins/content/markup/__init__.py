"""Markdown of the content: its parts, links, aliases and slugs."""
