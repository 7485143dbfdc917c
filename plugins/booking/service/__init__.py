"""Use cases of bookings and messages, over storage and mail."""
