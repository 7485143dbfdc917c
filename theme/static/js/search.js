// Narrows the index of the page to the words typed; without it the whole index is there to be read.
const form = document.querySelector("[data-search]");
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
const narrow = () => {
  const words = plain(form.q.value).split(/\s+/).filter(Boolean);
  const lines = [...document.querySelectorAll(".finds li")];
  for (const line of lines) line.hidden = !words.every((word) => plain(line.textContent).includes(word));
  for (const part of document.querySelectorAll("section:has(.finds)")) part.hidden = !part.querySelector("li:not([hidden])");
  const found = lines.filter((line) => !line.hidden).length;
  form.querySelector("[data-found]").textContent = words.length ? `Trovati: ${found}` : "";
};
form.hidden = false;
form.q.value = new URLSearchParams(location.search).get("q") ?? "";
form.addEventListener("input", narrow);
form.addEventListener("submit", (event) => event.preventDefault());
narrow();
