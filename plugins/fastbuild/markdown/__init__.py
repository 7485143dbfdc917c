"""Markdown to HTML: plain prose at once, patterns tried where they can match, results cached."""
