// Keys of a page: never while somebody types or holds a modifier, never inside an open dialog.
const TYPING = "input, textarea, select, [contenteditable]";

const scrollsSideways = (element) => {
  const box = element.closest(".scroll");
  return box !== null && box.scrollWidth > box.clientWidth;
};

const isTaken = (event) => {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return true;
  if (target.closest(TYPING) || document.querySelector("dialog[open]")) return true;
  // Arrows scroll what scrolls.
  return event.key.startsWith("Arrow") && scrollsSideways(target);
};

const sheet = document.getElementById("keys");

for (const button of document.querySelectorAll('[data-opens="keys"]')) {
  button.hidden = false;
  button.addEventListener("click", () => sheet.showModal());
}

// `actions` maps a key, as the browser names it, to what it does; one that returns false leaves the key alone.
export const onKeys = (actions) => {
  const all = { "?": () => sheet.showModal(), ...actions };
  document.addEventListener("keydown", (event) => {
    const act = Object.hasOwn(all, event.key) ? all[event.key] : null;
    if (act === null || isTaken(event)) return;
    if (act(event) !== false) event.preventDefault();
  });
};

export const follow = (selector) => () => {
  const found = document.querySelector(selector);
  if (found === null) return false;
  found.click();
  return true;
};
