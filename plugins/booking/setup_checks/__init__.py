"""Setup checks: whether this endpoint's settings, database, relay and calendars are fit for work."""
