"""HTTP and CalDAV client: asks calendars, finds them, says why one does not answer."""
