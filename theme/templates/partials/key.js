// A name for this one message, so that sending it twice has one effect; without it, what it says is its name.
for (const key of document.querySelectorAll('input[name="idempotency_key"]')) key.value ||= crypto.randomUUID?.() ?? "";
// And, when it is begun, a sign of when that was: a program is done at once. Without it the message goes all the same.
const begun = document.querySelector('input[name="form_token"]');
begun?.form.addEventListener(
  "focusin",
  () => fetch(begun.dataset.from).then(async (answer) => (begun.value ||= answer.ok ? await answer.text() : "")).catch(() => {}),
  { once: true },
);
