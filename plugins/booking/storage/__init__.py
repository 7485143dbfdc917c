"""Storage: database schema, transactions, outbox, claims on time, idempotency keys."""
