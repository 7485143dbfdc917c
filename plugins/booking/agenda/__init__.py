"""Agenda: the owner's pages behind a sign-in link, and the same in a terminal."""
