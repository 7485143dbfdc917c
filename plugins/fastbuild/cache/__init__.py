"""What a build keeps for the next one: manifest, settings by command, detection of changes."""
