"""Mail from the outbox to the relay: MIME, iCalendar, DKIM, SMTP and its retries."""
