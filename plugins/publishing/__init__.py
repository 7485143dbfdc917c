"""Writing and publishing: the server to write with."""
