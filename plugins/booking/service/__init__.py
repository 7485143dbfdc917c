"""Service layer: use cases of bookings and messages, over storage and mail."""
