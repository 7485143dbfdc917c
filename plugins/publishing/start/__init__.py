"""Start: makes somebody's own content out of answers and templates, in the place of the sample."""
