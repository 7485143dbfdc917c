// A question that follows from other answers is there as soon as they are given; one that is not there is not sent.
for (const words of document.querySelectorAll("[data-later]"))
  words.replaceWith(new DOMParser().parseFromString(words.textContent, "text/html").body.firstElementChild);
const later = [...document.querySelectorAll("[data-when]")];
const form = later[0].form;
const follow = () => {
  for (const group of later) {
    const wanted = new URLSearchParams(group.dataset.when);
    const typed = [...new FormData(form)];
    const said = (key) => typed.filter(([name]) => `${name}.`.startsWith(`answers.${key}.`)).map(([, value]) => value);
    const follows = [...new Set(wanted.keys())].every((key) => said(key).some((one) => wanted.getAll(key).includes(one)));
    group.hidden = group.disabled = !follows;
  }
};
form.addEventListener("input", follow);
addEventListener("pageshow", follow);
follow();
