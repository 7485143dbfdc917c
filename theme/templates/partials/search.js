// Searches the whole site with an index that is fetched at the first use; where it does not come, narrows the page's own list.
const waiting = document.querySelector("[data-waiting]");
const form = new DOMParser().parseFromString(waiting.textContent, "text/html").body.firstElementChild;
waiting.replaceWith(form);
const [count, found, all] = ["[data-count]", "[data-found]", "[data-all]"].map((one) => document.querySelector(one));
const MOST = 12;
let index;
const load = () => (index ??= import(form.dataset.search).then((pagefind) => pagefind.init().then(() => pagefind)));

// Where an apostrophe parts two words they are indexed as two, with a mark between: it is taken out of what is shown,
// and of what is asked the word after it counts.
const joined = (text) => text.replace(/\u2060((?:<\/?mark>)*) /g, "$1");
const whole = (asked) =>
  /^(ca|fr|it)\b/.test(document.documentElement.lang) ? asked.replace(/\p{L}+['’](?=\p{L})/gu, "") : asked;

// What Pagefind says comes as HTML: only its text and its marks are taken.
const words = (html) =>
  [...new DOMParser().parseFromString(joined(html), "text/html").body.childNodes].map((node) => {
    if (node.nodeName !== "MARK") return node.textContent;
    const mark = document.createElement("mark");
    mark.textContent = node.textContent;
    return mark;
  });

const line = ({ url, meta, excerpt }) => {
  const [item, link, text] = ["li", "a", "p"].map((name) => document.createElement(name));
  link.href = url;
  link.textContent = joined(meta.title);
  text.append(...words(excerpt));
  item.append(link, text);
  return item;
};

const narrow = (asked) => {
  const plain = (text) => text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "");
  const lines = [...all.querySelectorAll("li")];
  for (const one of lines) one.hidden = !plain(whole(asked)).split(/\s+/).every((word) => plain(one.textContent).includes(word));
  return lines.filter((one) => !one.hidden).length;
};

const rules = new Intl.PluralRules(document.documentElement.lang);
const told = (asked, number) =>
  !asked ? "" : form.dataset[number ? rules.select(number) : "none"].replace("#", () => number || asked);

const search = async () => {
  const asked = form.q.value.trim();
  history.replaceState(null, "", asked ? `?q=${encodeURIComponent(asked)}` : location.pathname);
  let number = 0;
  let lines = [];
  try {
    if (asked) {
      const answer = await (await load()).debouncedSearch(whole(asked), {}, 150);
      if (!answer) return; // something else was typed meanwhile
      number = answer.results.length;
      lines = await Promise.all(answer.results.slice(0, MOST).map(async (one) => line(await one.data())));
      if (asked !== form.q.value.trim()) return;
    }
  } catch {
    number = narrow(asked);
  }
  found.replaceChildren(...lines);
  found.hidden = !lines.length;
  all.hidden = lines.length > 0;
  if (!number) narrow("");
  count.textContent = told(asked, number);
};

form.q.value = new URLSearchParams(location.search).get("q") ?? "";
form.q.addEventListener("focus", () => load().catch(() => {}), { once: true });
form.addEventListener("input", search);
form.addEventListener("submit", (event) => (event.preventDefault(), search()));
if (form.q.value) search();
