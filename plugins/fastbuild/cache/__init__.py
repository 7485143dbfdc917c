"""Build cache: manifest, settings by command, detection of changes."""
