"""Mail: from the outbox to the relay by MIME, iCalendar, DKIM, SMTP, with retries."""
