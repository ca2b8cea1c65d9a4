import { onKeys } from "./keys.js";
import "./same.js";

const hits = () => [...document.querySelectorAll(".hit[tabindex]")];
const current = () => document.activeElement?.closest(".hit") ?? null;

const move = (step) => () => {
  const all = hits();
  const at = all.indexOf(current());
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  if (next === undefined) return false;
  next.focus();
  return true;
};

const press = (selector) => {
  const button = current()?.querySelector(selector);
  if (!button) return false;
  button.click();
  return true;
};

const toBox = () => {
  const box = document.getElementById("q");
  box.focus();
  box.select();
};

const digits = Array.from({ length: 10 }, (_, digit) => [`${digit}`, () => press(`[data-grade="${digit}"]`)]);

if (document.getElementById("keys")) {
  onKeys({ j: move(1), k: move(-1), u: () => press("[data-undo]"), "/": toBox, ...Object.fromEntries(digits) });
}
