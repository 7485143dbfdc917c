"""Booking endpoint: takes bookings and messages, stores them and mails them; without Pelican."""
