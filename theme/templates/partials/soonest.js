(() => {
  const place = document.querySelector("[data-soonest]");
  const [otherWay, times] = place.children;
  const { lang, dataset: { zone } } = document.documentElement;
  const day = new Intl.DateTimeFormat(lang, { weekday: "long", day: "numeric", month: "long", timeZone: zone });
  const hour = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", timeZone: zone });
  const line = ({ start }) => {
    const at = new Date(start);
    const item = times.querySelector("template").content.cloneNode(true);
    const [link, date, time] = ["a", "span", "strong"].map((name) => item.querySelector(name));
    const instant = at.toISOString().replace(".000", "");
    link.href = `${place.dataset.leadsTo}&start=${encodeURIComponent(instant)}`;
    date.textContent = day.format(at);
    time.textContent = hour.format(at);
    return item;
  };
  const show = (slots) => {
    times.querySelector("ul").replaceChildren(...slots.map(line));
    times.hidden = !slots.length;
    otherWay.hidden = slots.length > 0;
    place.classList.remove("soonest-asked");
  };
  const ask = () =>
    fetch(place.dataset.soonest, { signal: AbortSignal.timeout(4000) })
      .then((answer) => (answer.ok ? answer.json() : { slots: [] }))
      .then(({ slots }) => show(slots.slice(0, 3)))
      .catch(() => show([]));
  place.classList.add("soonest-asked");
  // Also when the page comes back from the browser's memory, for times may have gone meanwhile.
  addEventListener("pageshow", ask);
})();
