// The zone that the browser is in, where none was chosen.
for (const input of document.querySelectorAll("[data-own-zone]")) {
  if (!input.value) input.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}
