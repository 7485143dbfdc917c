"""Entries: bookings in the owner's own calendar, written, compared and told where refused."""
