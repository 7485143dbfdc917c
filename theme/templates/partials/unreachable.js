// A form is sent when somebody is there to take it: an error of the network would lead away from what was typed.
const notice = document.querySelector("[data-unreachable]");
const mail = notice.querySelector('a[href^="mailto:"]');
const empty = mail.href;
const MOST = 1500; // characters of one field: addresses have a limit
let sure = false;
let asking = false;

const answers = () =>
  fetch(notice.dataset.unreachable, { signal: AbortSignal.timeout(5000) }).then(
    (answer) => answer.headers.get("content-type")?.includes("json") ?? false,
    () => false,
  );

const said = ({ control, firstChild }) => {
  const chosen = control.type === "radio" ? control.checked : control.value;
  const words = control.type === "radio" ? control.labels[0].innerText : control.selectedOptions?.[0].text ?? control.value;
  return chosen ? [`${control.type === "radio" ? "" : `${firstChild.textContent.trim()}: `}${words.slice(0, MOST)}`] : [];
};

addEventListener("submit", async (event) => {
  if (sure) return;
  event.preventDefault();
  if (asking) return;
  asking = true;
  const { target, submitter } = event;
  const there = await answers();
  asking = false;
  if (there) {
    notice.hidden = sure = true;
    target.requestSubmit(submitter);
    sure = false;
    return;
  }
  // Of a page of buttons the one that was pressed is what was chosen.
  const pressed = submitter?.name ? [submitter.innerText.replaceAll("\n", " ")] : [];
  const time = document.querySelector(".so-far time, .summary time")?.innerText ?? [];
  const lines = [...target.querySelectorAll("label")].filter((label) => label.control && !label.closest("[hidden]")).flatMap(said);
  mail.href = `${empty}&body=${encodeURIComponent([time, ...pressed, ...lines].flat().join("\n"))}`;
  notice.hidden = false;
  notice.focus();
});
