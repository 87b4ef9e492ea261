// Everything works without this: it leads to the search field, and leaves blank fields out of addresses.
"use strict";
document.addEventListener("keydown", (event) => {
  const writing = event.target.closest("input, select, textarea");
  if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("find").select();
    document.getElementById("find").focus();
  }
});
for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
}
const panel = document.querySelector("details.panel");
if (panel && matchMedia("(max-width: 60rem)").matches) panel.open = false;
