"""The theme's look: its colours, the contrast between them, ready palettes, what heads of pages say of it."""
