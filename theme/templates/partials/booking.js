// Three courtesies: focus goes to what is wrong, a time is also said in the visitor's own zone where that differs,
// and that zone goes along with the form, unless another was chosen.
document.querySelector("[data-focus]")?.focus();

const words = (at, timeZone) =>
  new Intl.DateTimeFormat("it-IT", { weekday: "long", hour: "2-digit", minute: "2-digit", timeZone })
    .formatToParts(at)
    .reduce((parts, { type, value }) => ({ ...parts, [type]: value }), {});

for (const time of document.querySelectorAll("time[data-instant]")) {
  const at = new Date(time.dateTime);
  const here = words(at);
  const there = words(at, document.documentElement.dataset.zone);
  if (here.weekday === there.weekday && here.hour === there.hour && here.minute === there.minute) continue;
  const own = document.createElement("span");
  own.className = "own-zone";
  own.textContent = ` ${here.weekday === there.weekday ? "" : here.weekday + " "}${here.hour}:${here.minute} da te`;
  (time.closest("label") ?? time.parentElement).append(own);
}

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("input[data-own-zone]")) field.value ||= zone ?? "";
const choice = document.querySelector("#fuso");
if (choice && !choice.value) choice.value = zone ?? "";
if (choice?.selectedIndex === -1) choice.value = "";
