"""Importing: posts, pages and pictures of another system become files of the content."""
