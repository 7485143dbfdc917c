"""The built site as bytes: frozen after a build, read lazily by an edit."""
