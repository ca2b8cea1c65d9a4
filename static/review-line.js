// The pairs of a sitting in their order: answered ones before, the one in hand, those fetched ahead.
const draftName = (user, item, field) => `evalhub.review.${user}.draft.${item}.${field}`;

const kept = (action) => {
  try {
    return action();
  } catch {
    return null; // a browser that keeps nothing
  }
};

export class Line {
  constructor(box, user) {
    this.box = box;
    this.user = user;
    this.isOver = false; // the server has no more
    this.settled = new Set(); // items that were answered in this browser
  }

  pairs() { return [...this.box.querySelectorAll(".pair")]; }
  current() { return this.box.querySelector(".pair:not([hidden])"); }
  find(item) { return this.box.querySelector(`.pair[data-item="${CSS.escape(item)}"]`); }
  isOpen(pair) { return !this.settled.has(pair.dataset.item); }
  inHand() { return this.pairs().filter((pair) => this.isOpen(pair)).map((pair) => pair.dataset.item); }

  nAhead() {
    const current = this.current();
    return this.pairs().filter((pair) => pair !== current && this.isOpen(pair)).length;
  }

  start(sent) {
    for (const item of sent) this.settled.add(item);
    for (const pair of this.pairs()) this.restoreDrafts(pair);
    this.isOver = this.box.querySelector(".done") !== null;
    const current = this.current();
    if (current && !this.isOpen(current)) this.toNextOpen();
  }

  show(pair) {
    for (const other of this.pairs()) other.hidden = other !== pair;
    const done = this.box.querySelector(".done");
    if (done) done.hidden = pair !== null;
    if (pair === null) return;
    scrollTo(0, 0);
    pair.focus({ preventScroll: true });
  }

  // After the one in hand, else any that was left before it.
  toNextOpen() {
    const all = this.pairs(), at = all.indexOf(this.current());
    const open = (pair) => this.isOpen(pair);
    this.show(all.slice(at + 1).find(open) ?? all.slice(0, Math.max(at, 0)).find(open) ?? null);
  }

  step(by) {
    const all = this.pairs(), at = all.indexOf(this.current());
    const next = all[at < 0 ? (by < 0 ? all.length - 1 : -1) : at + by];
    if (next === undefined) return false;
    this.show(next);
    return true;
  }

  answered(pair, said) {
    this.settled.add(pair.dataset.item);
    for (const button of pair.querySelectorAll("[data-grade]")) button.setAttribute("aria-pressed", button.dataset.grade === said);
    if (said === undefined) return; // passed on: what was typed waits for the next time
    for (const field of ["comment", "reason"]) kept(() => localStorage.removeItem(draftName(this.user, pair.dataset.item, field)));
  }

  reopened(item) {
    const pair = this.find(item);
    this.settled.delete(item);
    for (const button of pair.querySelectorAll("[aria-pressed]")) button.removeAttribute("aria-pressed");
    this.show(pair);
  }

  add(found, { isLast }) {
    for (const pair of found.querySelectorAll(".pair")) {
      if (this.find(pair.dataset.item)) {
        // The server hands it out again: put off before, or its grade was taken back elsewhere.
        if (isLast) this.settled.delete(pair.dataset.item);
        continue;
      }
      this.append(pair);
    }
    const done = found.querySelector(".done");
    if (done && isLast) {
      this.isOver = true;
      this.box.querySelector(".done")?.remove();
      done.hidden = this.current() !== null;
      this.box.append(document.importNode(done, true));
    }
    if (this.current() === null) this.toNextOpen();
  }

  addBefore(found) {
    const pair = found.querySelector(".pair");
    if (!pair) return;
    this.isOver = false;
    this.settled.delete(pair.dataset.item);
    const known = this.find(pair.dataset.item);
    const place = known ?? this.append(pair);
    this.show(place);
  }

  append(pair) {
    const mine = document.importNode(pair, true);
    mine.hidden = true;
    this.box.append(mine);
    htmx.process(mine);
    this.restoreDrafts(mine);
    return mine;
  }

  keepDraft(field) {
    const pair = field.closest(".pair");
    if (pair) kept(() => localStorage.setItem(draftName(this.user, pair.dataset.item, field.name), field.value));
  }

  restoreDrafts(pair) {
    for (const field of pair.querySelectorAll('[name="comment"], [name="reason"]')) {
      field.value = kept(() => localStorage.getItem(draftName(this.user, pair.dataset.item, field.name))) ?? "";
    }
  }
}
