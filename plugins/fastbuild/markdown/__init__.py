"""Markdown conversion: plain prose at once, fewer patterns tried, results cached."""
