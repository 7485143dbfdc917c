// A name for this one message, so that sending it twice has one effect; without it, what it says is its name.
for (const key of document.querySelectorAll('input[name="idempotency_key"]')) key.value ||= crypto.randomUUID?.() ?? "";
