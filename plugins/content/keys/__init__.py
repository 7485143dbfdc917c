"""Reference of the content's keys: descriptions, and the generated pages of docs."""
