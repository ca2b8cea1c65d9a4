// Whoever points at a document, or has the focus in it, sees it in the other lists too.
const marked = "same";
const hitOf = (target) => (target instanceof Element ? target.closest("[data-document]") : null);

const show = (hit) => {
  for (const other of document.querySelectorAll(`.${marked}`)) other.classList.remove(marked);
  if (hit === null) return;
  const found = document.querySelectorAll(`[data-document="${CSS.escape(hit.dataset.document)}"]`);
  if (found.length > 1) for (const other of found) other.classList.add(marked);
};

for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, (event) => show(hitOf(event.target) ?? hitOf(document.activeElement)));
}
