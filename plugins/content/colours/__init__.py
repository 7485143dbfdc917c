"""The theme's colours: their tokens, the contrast between them, ready palettes."""
