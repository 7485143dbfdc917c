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
    const { control, value } = element.closest("label, button") ?? {};
    const at = new Date(element.dateTime || (control?.value ?? value));
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
