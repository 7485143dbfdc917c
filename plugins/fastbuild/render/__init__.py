"""Rendering: the queue of pages, the writer that fills it, tracked reads, compiled templates."""
