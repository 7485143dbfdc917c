"""Content reader: YAML and front matter, each fault with its file and line."""
