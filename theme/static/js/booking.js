// Two courtesies: focus goes to what is wrong, and a time is also said in the visitor's own zone where that differs.
document.querySelector("[data-focus]")?.focus();

for (const time of document.querySelectorAll("time[data-instant]")) {
  const at = new Date(time.dateTime);
  const clock = (timeZone) =>
    new Intl.DateTimeFormat("it-IT", { weekday: "short", hour: "2-digit", minute: "2-digit", timeZone }).format(at);
  if (clock() !== clock("Europe/Rome")) {
    const own = document.createElement("span");
    own.className = "own-zone";
    own.textContent = ` ${clock()} da te`;
    time.after(own);
  }
}
