document.querySelector("[data-focus]")?.focus();

const { lang, dataset } = document.documentElement;
const { ownTime } = document.querySelector("[data-own-time]").dataset;
const clock = (timeZone) =>
  [{ weekday: "long", day: "numeric", month: "long" }, { hour: "2-digit", minute: "2-digit" }].map(
    (asked) => new Intl.DateTimeFormat(lang, { ...asked, timeZone }),
  );
const [here, hers] = [clock(), clock(dataset.zone)];
const words = (at, clock) => clock.map((format) => format.format(at));

const sayOwn = (times) => {
  for (const element of times) {
    const at = new Date(element.dateTime);
    const [day, time] = words(at, here);
    const [herDay, herTime] = words(at, hers);
    element.removeAttribute("data-instant");
    if (day === herDay && time === herTime) continue;
    const said = day === herDay ? time : `${lang === "it" ? day.replace(" 1 ", " 1º ") : day}, ${time}`;
    const own = document.createElement("span");
    own.className = "own-zone";
    own.textContent = ` ${ownTime.replace("#", () => said)}`;
    (element.closest("label") ?? element.parentElement).append(own);
  }
};
const WAITING = "time[data-instant]";
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
