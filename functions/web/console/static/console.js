// What a script adds to every page. Without it each form works as it stands.

for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  form.querySelector("button").hidden = true;
  form.addEventListener("change", () => form.requestSubmit());
}

// A form is sent once: a second click while the first is on its way would be another request.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Where somebody is, as their device says, until they choose something else.
const zone = document.querySelector("[data-own-timezone] select");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && [...zone.options].some((each) => each.value === own)) zone.value = own;

document.querySelector("[data-focus]")?.focus();
