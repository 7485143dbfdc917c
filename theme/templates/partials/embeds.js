// A video or a map is loaded in the place of its link, once somebody asks for it; until then no other site is.
addEventListener("click", (event) => {
  const link = event.target.closest("[data-embed] > a");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const frame = document.createElement("iframe");
  frame.title = link.querySelector("strong").textContent;
  frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
  // Players want to know on which site they are; which page it is stays here.
  frame.referrerPolicy = "strict-origin";
  frame.src = link.parentElement.getAttribute("data-embed");
  link.replaceWith(frame);
  frame.focus({ preventScroll: true });
});
