"""Texts of mails and invitations: pure functions over domain values, without I/O or clock."""
