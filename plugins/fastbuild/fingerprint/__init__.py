"""Fingerprint of a build's inputs: file stamps, settings, programs, and whether they are supported."""
