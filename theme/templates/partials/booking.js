document.querySelector("[data-focus]")?.focus();
// The cursor goes behind what is there, not before it.
for (const link of document.querySelectorAll("[data-focus] a[href^='#campo-']"))
  link.addEventListener("click", () => {
    const field = document.querySelector(link.hash);
    const typed = field.value;
    if (field.matches("textarea, input:not([type=radio], [type=checkbox])")) [field.value, field.value] = ["", typed];
  });

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("input[data-own-zone]")) field.value ||= zone ?? "";
// The list has one name of each city: which one, the endpoint knows.
for (const link of document.querySelectorAll(".own-zone-choice a"))
  if (zone && !link.search.includes("timezone=")) link.search += `&timezone=${encodeURIComponent(zone)}`;
const choice = document.querySelector("#fuso");
if (choice && !choice.value) choice.value = zone ?? "";
if (choice?.selectedIndex === -1) choice.value = "";
