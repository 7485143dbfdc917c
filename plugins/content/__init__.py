"""The one reader of what the assistant writes: YAML and front matter, each fault with its file and line."""
