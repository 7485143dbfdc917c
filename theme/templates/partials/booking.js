// Three courtesies: focus goes to what is wrong, a time is also said in the visitor's own zone where that differs,
// and that zone goes along with the form, unless another was chosen.
document.querySelector("[data-focus]")?.focus();

const { lang, dataset } = document.documentElement;
const { ownTime } = document.querySelector("[data-own-time]").dataset;
// Made once: a page has hundreds of times, and to make a clock takes a phone longer than to read it.
const clock = (timeZone) =>
  [{ weekday: "long" }, { hour: "2-digit", minute: "2-digit" }].map((asked) =>
    new Intl.DateTimeFormat(lang, { ...asked, timeZone }),
  );
const [here, hers] = [clock(), clock(dataset.zone)];
const words = (at, clock) => clock.map((format) => format.format(at));

const sayOwn = (times) => {
  for (const element of times) {
    const at = new Date(element.dateTime);
    const [day, time] = words(at, here);
    const [herDay, herTime] = words(at, hers);
    element.removeAttribute("data-instant"); // said once
    if (day === herDay && time === herTime) continue;
    const own = document.createElement("span");
    own.className = "own-zone";
    own.textContent = ` ${ownTime.replace("#", () => (day === herDay ? time : `${day} ${time}`))}`;
    (element.closest("label") ?? element.parentElement).append(own);
  }
};
const WAITING = "time[data-instant]";
// What is folded away is said when it is opened.
sayOwn([...document.querySelectorAll(WAITING)].filter((time) => !time.closest("details:not([open])")));
for (const day of document.querySelectorAll(".days details"))
  day.addEventListener("toggle", () => sayOwn(day.querySelectorAll(WAITING)));

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("input[data-own-zone]")) field.value ||= zone ?? "";
// The list has one name of each city: which one, the endpoint knows.
for (const link of document.querySelectorAll(".own-zone-choice a"))
  if (zone && !link.search.includes("timezone=")) link.search += `&timezone=${encodeURIComponent(zone)}`;
const choice = document.querySelector("#fuso");
if (choice && !choice.value) choice.value = zone ?? "";
if (choice?.selectedIndex === -1) choice.value = "";
