(() => {
  const place = document.querySelector("[data-soonest]");
  const [otherWay, waiting] = place.children;
  const times = new DOMParser().parseFromString(waiting.textContent, "text/html").body.firstElementChild;
  waiting.replaceWith(times);
  const list = times.querySelector("[data-list]");
  const [line, day] = times.querySelectorAll("template");
  // A slot put into a copy of a template, in the endpoint's words, which are those of every page and mail.
  const made = (template, slot) => {
    const copy = template.content.firstElementChild.cloneNode(true);
    const start = new Date(slot.start).toISOString().replace(".000", "");
    for (const link of copy.querySelectorAll("a")) link.href = `${place.dataset.leadsTo}&start=${encodeURIComponent(start)}`;
    for (const said of copy.querySelectorAll("[data-say]"))
      said.textContent = said.textContent.replace("#", () => slot[said.dataset.say]);
    return copy;
  };
  // Of a day with many times some of them, from its first to its last: whoever wants another finds it behind the button.
  const spread = (slots, most) =>
    slots.length > most ? [...Array(most)].map((_, at) => slots[Math.round((at * (slots.length - 1)) / (most - 1))]) : slots;
  const days = (slots) =>
    [...new Set(slots.map((slot) => slot.day))].slice(0, 3).map((name) => {
      const its = slots.filter((slot) => slot.day === name);
      const copy = made(day, its[0]);
      copy.querySelector("ul").replaceChildren(...spread(its, 4).map((slot) => made(line, slot)));
      return copy;
    });
  const show = (slots) => {
    list.replaceChildren(...(day ? days(slots) : slots.map((slot) => made(line, slot))));
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
  // Also when the page comes back from the browser's memory, for times may have gone meanwhile; after the first paint,
  // which is not to share a slow line with this.
  addEventListener("pageshow", () => requestAnimationFrame(() => setTimeout(ask)));
})();
