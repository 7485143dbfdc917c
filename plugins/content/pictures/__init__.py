"""Pictures of the content: what a file is, its pixels in sRGB, its place taken out, and what is wrong with it."""
