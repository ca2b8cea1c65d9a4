import { onKeys } from "./keys.js";
import { Line } from "./review-line.js";
import { Outbox, newKey, post } from "./review-outbox.js";
import { showGiven, showNone, showRefused, showStanding, showWaiting } from "./review-shown.js";

const desk = document.getElementById("desk");
const { user, next: nextUrl, undo: undoUrl } = desk.dataset;
const line = new Line(document.getElementById("pairs"), user);
const done = []; // of this sitting, for undo
const tab = newKey();
const AHEAD = 3;

const fragment = (html) => new DOMParser().parseFromString(html, "text/html");

const outbox = new Outbox(user, {
  onAnswer: (entry, html, box) => {
    const answer = fragment(html);
    showStanding(answer);
    if (entry.tab === tab) showGiven(answer, entry);
    if (line.current() === null && box.waiting.all().length === 0) {
      line.isOver = false; // what is left, now that the server knows all
      fetchMore();
    }
  },
  onChange: (box) => { showWaiting(box, desk.dataset.signIn); showRefused(box); },
});

let fetching = null;
const fetchMore = () => {
  if (line.nAhead() >= AHEAD || line.isOver) return;
  fetching ??= (async () => {
    const having = [...new Set([...line.inHand(), ...outbox.waiting.all().map((entry) => entry.item)])];
    // What waits is settled first: else the server would hand out the same pairs again.
    const wanted = { n: AHEAD + 1 - line.nAhead(), having: having.filter(Boolean).join(",") };
    try {
      const answer = await post(nextUrl, wanted);
      if (answer.type === "opaqueredirect" || !answer.ok) throw new Error(String(answer.status));
      const found = fragment(await answer.text());
      line.add(found, { isLast: outbox.waiting.all().length === 0 });
      showStanding(found);
      return true;
    } catch {
      return false;
    }
  })().then((isAnswered) => {
    fetching = null;
    showNone(line);
    const isMissing = line.nAhead() < AHEAD && !line.isOver;
    if (isMissing && (!isAnswered || line.current() === null)) setTimeout(fetchMore, isAnswered ? 1000 : 2000);
  });
};

const moveOn = () => {
  line.toNextOpen();
  showNone(line);
  performance.measure("review-next", "review-key"); // until the next pair is in the page
  fetchMore();
};

const act = (url, fields, kind) => {
  const pair = line.current();
  if (pair === null) return false;
  performance.mark("review-key");
  const key = newKey();
  outbox.add({ url, fields: { ...fields, key }, item: pair.dataset.item, key, kind, about: pair.dataset.name, tab });
  done.push({ item: pair.dataset.item, key });
  line.answered(pair, fields.grade);
  moveOn();
  return true;
};

const formOf = (name) => line.current()?.querySelector(name);
const grade = (value) => () => {
  const button = formOf(`[data-grade="${value}"]`);
  if (!button) return false;
  const comment = button.form.elements.comment.value;
  return act(button.form.action, { grade: value, comment }, `grade ${value}`);
};
const pass = (how) => () => {
  const button = formOf(`button[value="${how}"]`);
  return button ? act(button.form.action, { how }, how) : false;
};
const cannot = (form) => {
  const reason = form.elements.reason.value.trim();
  const { value: comment } = formOf('textarea[name="comment"]');
  return reason ? act(form.action, { grade: "", reason, comment }, "cannot judge") : false;
};

const undo = () => {
  const last = done.pop();
  if (last && line.find(last.item)) {
    performance.mark("review-key");
    outbox.add({ url: undoUrl, fields: { item: last.item, key: last.key }, item: last.item, kind: "undo", about: line.find(last.item).dataset.name, tab });
    line.reopened(last.item);
    showNone(line);
    return true;
  }
  // Of an earlier sitting: only the server knows.
  outbox.now().then(() => post(undoUrl, {})).then(async (answer) => {
    const text = await answer.text();
    if (!answer.ok) throw new Error(text || "You are signed out.");
    const found = fragment(text);
    line.addBefore(found);
    showStanding(found);
    showNone(line);
  }).catch((error) => showGiven(null, null, error instanceof TypeError ? "Undo needs the server, which does not answer." : error.message));
  return true;
};

const once = (action) => (event) => (event.repeat ? true : action()); // a key that is held down is one
const reach = (selector, open = null) => () => {
  const found = formOf(selector);
  if (!found) return false;
  if (open) found.closest(open).open = true;
  found.focus();
  return true;
};
const toggleWhole = () => {
  const all = formOf("details.all");
  if (!all) return false;
  all.open = !all.open;
  if (all.open) all.querySelector(".whole").focus();
  return true;
};
const step = (by) => () => { const moved = line.step(by); fetchMore(); return moved; };

desk.addEventListener("submit", (event) => {
  const form = event.target, submitter = event.submitter;
  event.preventDefault();
  if (form.id === "undo-form") undo();
  else if (submitter?.dataset.grade !== undefined) grade(submitter.dataset.grade)();
  else if (submitter?.name === "how") pass(submitter.value)();
  else if (form.elements.reason) cannot(form);
});
desk.addEventListener("input", (event) => line.keepDraft(event.target));
desk.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("textarea, input")) line.current()?.focus();
});

const digits = Array.from({ length: 10 }, (_, value) => [`${value}`, once(grade(`${value}`))]);
onKeys({
  ...Object.fromEntries(digits),
  s: once(pass("skipped")), l: once(pass("later")), u: once(undo), w: once(toggleWhole),
  x: reach('input[name="reason"]', "details"), c: reach('textarea[name="comment"]'),
  ArrowRight: step(1), ArrowLeft: step(-1),
});

line.start(new Set(outbox.waiting.all().filter((entry) => entry.kind !== "undo").map((entry) => entry.item)));
outbox.changed();
outbox.now().then(fetchMore);
fetchMore();
desk.dataset.ready = "";
