"""What reading the content stands on: faults, YAML with its lines, parsing into models."""
