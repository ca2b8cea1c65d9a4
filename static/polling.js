// Polling rests while nobody looks, and says so when the server does not answer.
const stale = () => document.getElementById("stale");
const polls = (event) => (event.detail.elt.getAttribute("hx-trigger") || "").includes("every");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && polls(event)) event.preventDefault();
});
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  document.addEventListener(failure, () => { stale().hidden = false; });
}
document.addEventListener("htmx:afterSwap", () => { stale().hidden = true; });
