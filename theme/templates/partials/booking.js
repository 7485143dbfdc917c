document.querySelector("[data-focus]")?.focus();

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
for (const field of document.querySelectorAll("input[data-own-zone]")) field.value ||= zone ?? "";
const choice = document.querySelector("#fuso");
if (choice && !choice.value) choice.value = zone ?? "";
if (choice?.selectedIndex === -1) choice.value = "";
