"""iCalendar reader (RFC 5545): the busy time of a calendar's text."""
