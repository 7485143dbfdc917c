// The cursor goes behind what is there, not before it.
for (const link of document.querySelectorAll("[data-focus] a[href^='#campo-']"))
  link.addEventListener("click", () => {
    const field = document.querySelector(link.hash);
    const typed = field.value;
    if (field.matches("textarea, input:not([type=radio], [type=checkbox])")) [field.value, field.value] = ["", typed];
  });
