document.querySelector("[data-focus]")?.focus();

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("input[data-own-zone]")) field.value ||= zone ?? "";
for (const link of document.querySelectorAll(".own-zone-choice a"))
  if (zone && !link.search.includes("timezone=")) link.search += `&timezone=${encodeURIComponent(zone)}`;
const choice = document.querySelector("#fuso");
if (choice && !choice.value) choice.value = zone ?? "";
if (choice?.selectedIndex === -1) choice.value = "";
