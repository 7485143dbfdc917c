"""Synchronisation with other calendars: those that keep time busy, and the owner's own."""
