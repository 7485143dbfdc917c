"""Other calendars: those that keep time from visitors, and the owner's own, which gets her bookings."""
