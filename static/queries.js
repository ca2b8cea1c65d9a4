import { follow, onKeys } from "./keys.js";
import "./same.js";

const next = follow('a[rel="next"]');
const previous = follow('a[rel="prev"]');

onKeys({
  j: next, ArrowRight: next, k: previous, ArrowLeft: previous,
  u: follow("a.up"), s: follow("#search-this"),
});
