(() => {
  const place = document.querySelector("[data-soonest]");
  const [otherWay, times] = place.children;
  const line = ({ start, day, time }) => {
    const item = times.querySelector("template").content.cloneNode(true);
    const [link, date, hour] = ["a", "span", "strong"].map((name) => item.querySelector(name));
    const instant = new Date(start).toISOString().replace(".000", "");
    link.href = `${place.dataset.leadsTo}&start=${encodeURIComponent(instant)}`;
    // In the endpoint's words, which are those of every page and mail.
    date.textContent = day;
    hour.textContent = time;
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
      .then(({ slots }) => show(slots))
      .catch(() => show([]));
  place.classList.add("soonest-asked");
  // Also when the page comes back from the browser's memory, for times may have gone meanwhile.
  addEventListener("pageshow", ask);
})();
