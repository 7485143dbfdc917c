"""Backups: copies of the database, how many are kept, the proof that they can be restored, and restoring one."""
