import { follow, onKeys } from "./keys.js";

const form = document.getElementById("settle");

const choose = (value) => () => {
  const option = [...form.elements.grade].find((one) => one.value === value);
  if (!option) return false;
  option.checked = true;
  form.elements.reason.focus();
  return true;
};

if (form) {
  const digits = Array.from({ length: 10 }, (_, value) => [`${value}`, choose(`${value}`)]);
  form.addEventListener("keydown", (event) => { if (event.key === "Escape") event.target.blur(); });
  onKeys({
    ...Object.fromEntries(digits),
    x: choose(""), u: follow("#undo"), w: follow("details.all > summary"),
    ArrowRight: follow('a[rel="next"]'), ArrowLeft: follow('a[rel="prev"]'),
  });
}
