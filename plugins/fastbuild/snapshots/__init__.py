"""Snapshots: the built site serialised after a build, and read lazily by an edit."""
