const words = document.querySelector("[data-health]");
const { health, working, rest } = words.dataset;
const notice = new DOMParser().parseFromString(words.textContent, "text/html").body.firstElementChild;
const status = document.createElement("output");
status.className = "visually-hidden";
words.after(notice, status);
const mail = notice.querySelector('a[href^="mailto:"]');
const empty = mail.href;
const MOST = 2000;
let sure, free;

const answers = () =>
  fetch(health, { signal: AbortSignal.timeout(5000) }).then(
    (answer) => answer.headers.get("content-type")?.includes("json"),
    () => false,
  );

const work = (button) => {
  const said = [...button.childNodes];
  button.style.minWidth = `${button.getBoundingClientRect().width}px`;
  button.ariaDisabled = "true";
  if (button.querySelector("time")) button.append(" …");
  else button.replaceChildren(working);
  status.textContent = working;
  free = () => {
    button.replaceChildren(...said);
    button.ariaDisabled = free = null;
    status.textContent = "";
  };
};

const line = (label) => {
  const { type, value, checked, selectedOptions } = label.control;
  if (/radio|checkbox/.test(type)) return checked ? [label.innerText] : [];
  return value ? [`${label.firstChild.textContent.trim()}: ${selectedOptions?.[0].text ?? value}`] : [];
};
const typed = (form, button) => {
  const facts = [...document.querySelectorAll(".so-far dl > div, dl.summary > div")];
  const labels = [...form.querySelectorAll("label")].filter((label) => label.control);
  const shown = [
    ...facts.map((one) => [...one.children].map((part) => part.innerText).join(": ")),
    ...(button?.name ? [button.innerText.replaceAll("\n", " ")] : []),
    ...labels.flatMap(line),
  ];
  const along = [...form.querySelectorAll("[type=hidden]")].filter(
    ({ name, value }) => /^(name|email|phone|message|answers\..+)$/.test(name) && !shown.join("\n").includes(value.trim()),
  );
  return [...shown, ...along.map(({ value }) => value)];
};
const address = (lines, most = MOST) => {
  const cut = lines.map((one) => (one.length > most ? [...one].slice(0, most).join("") + rest : one));
  const href = `${empty}&body=${encodeURIComponent(cut.join("\n"))}`;
  return href.length > MOST && most > 40 ? address(lines, most - 20) : href;
};

addEventListener("submit", async (event) => {
  if (sure) return;
  event.preventDefault();
  if (free) return;
  const { target, submitter } = event;
  const lines = typed(target, submitter);
  work(submitter ?? target.querySelector("button"));
  if (await answers()) {
    notice.hidden = sure = true;
    target.requestSubmit(submitter);
    sure = false;
    setTimeout(() => free?.(), 20000);
    return;
  }
  free();
  mail.href = address(lines);
  notice.hidden = false;
  notice.focus();
});
addEventListener("pageshow", () => free?.());
