// A file dropped on a zone is one that was chosen; large ones say how far they are; a form starts once.
const zoneOf = (event) => event.target.closest?.(".drop");

for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = zoneOf(event);
    // A file that misses the zone must not replace the page.
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
    zone?.classList.toggle("over", name === "dragenter" || name === "dragover");
    if (name !== "drop" || !zone || !event.dataTransfer.files.length) return;
    const input = zone.querySelector("input[type=file]");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("htmx:xhr:progress", (event) => {
  const bar = zoneOf(event)?.querySelector("progress");
  if (!bar || !event.detail.lengthComputable) return;
  bar.hidden = false;
  bar.value = event.detail.loaded / event.detail.total;
});

// What was unfolded stays so when its part of the page is brought up to date.
let unfolded = [];
document.addEventListener("htmx:beforeSwap", () => {
  unfolded = [...document.querySelectorAll("details[open][id]")].map((fold) => fold.id);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
});

// What was said of a field is about what stood there before.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[aria-invalid]")) return;
  event.target.removeAttribute("aria-invalid");
  document.getElementById(`${event.target.id}-error`)?.remove();
});

document.addEventListener("submit", (event) => {
  if (event.submitter?.id !== "start") return;
  // After the form's own values were taken: a disabled button is not sent.
  setTimeout(() => { event.submitter.disabled = true; });
});
addEventListener("pageshow", () => {
  const start = document.getElementById("start");
  if (start) start.disabled = false;
});
