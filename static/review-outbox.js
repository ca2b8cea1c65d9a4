// What was typed and the server has not confirmed: kept in the browser, sent in order, one at a time in all tabs.
// Every entry has a key of its own; the server keeps what comes twice once.
const FIRST_WAIT_MS = 1000, LONGEST_WAIT_MS = 30000;
const RETRIED = new Set([408, 425, 429]);

export const newKey = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

const cookie = (name) => document.cookie.split("; ").find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";

export const post = (url, fields) => fetch(url, {
  method: "POST",
  body: new URLSearchParams(fields),
  headers: { "HX-Request": "true", "X-CSRFToken": cookie("csrftoken") },
  redirect: "manual", // to the sign-in page
});

// A store that survives a reload, one item per entry, so that two tabs never write over each other.
class Store {
  constructor(prefix) {
    this.prefix = prefix;
    this.memory = new Map(); // where the browser keeps nothing
  }

  names() {
    const kept = [...this.memory.keys()];
    try {
      kept.push(...Object.keys(localStorage).filter((name) => name.startsWith(this.prefix)));
    } catch { /* memory alone */ }
    return kept.sort();
  }

  all() {
    return this.names().flatMap((name) => {
      try {
        const entry = this.memory.get(name) ?? JSON.parse(localStorage.getItem(name));
        return entry === null ? [] : [{ ...entry, name }];
      } catch {
        return [];
      }
    });
  }

  add(entry) {
    const name = `${this.prefix}${String(Date.now()).padStart(15, "0")}.${String(Store.n++).padStart(6, "0")}.${newKey()}`;
    try {
      localStorage.setItem(name, JSON.stringify(entry));
    } catch {
      this.memory.set(name, entry);
    }
  }

  remove(name) {
    this.memory.delete(name);
    try {
      localStorage.removeItem(name);
    } catch { /* memory alone */ }
  }
}
Store.n = 0;

export class Outbox {
  // `onAnswer(entry, html, outbox)` of what was confirmed; `onChange(state)` whenever something waits or goes.
  constructor(user, { onAnswer, onChange }) {
    this.waiting = new Store(`evalhub.review.${user}.waiting.`);
    this.refused = new Store(`evalhub.review.${user}.refused.`);
    this.lock = `evalhub.review.${user}`;
    this.onAnswer = onAnswer;
    this.onChange = onChange;
    this.wait = FIRST_WAIT_MS;
    this.why = "";
    this.running = null;
    addEventListener("online", () => this.now());
    addEventListener("storage", () => this.changed());
  }

  add(entry) {
    this.waiting.add(entry);
    this.changed();
    this.now();
  }

  now() {
    clearTimeout(this.timer);
    this.running ??= this.sent().finally(() => {
      this.running = null;
      // What was added after the last look.
      if (!this.why && this.waiting.all().length) this.now();
    });
    return this.running;
  }

  async sent() {
    const all = async () => {
      for (let entry; (entry = this.waiting.all()[0]) !== undefined;) {
        if (!await this.one(entry)) return this.later();
      }
    };
    await (navigator.locks ? navigator.locks.request(this.lock, all) : all());
  }

  // Whether the entry is dealt with.
  async one(entry) {
    let answer, text;
    try {
      answer = await post(entry.url, entry.fields);
      text = await answer.text();
    } catch {
      return this.failed("The server does not answer");
    }
    if (answer.type === "opaqueredirect") return this.failed("You are signed out");
    if (answer.status === 403) return this.failed("The server wants this page to be loaded again");
    if (answer.status >= 500 || RETRIED.has(answer.status)) return this.failed(`The server answers ${answer.status}`);
    this.why = "";
    this.wait = FIRST_WAIT_MS;
    this.waiting.remove(entry.name);
    if (answer.ok) this.onAnswer(entry, text, this);
    else this.refused.add({ ...entry, why: text.length < 500 ? text : `the server answers ${answer.status}` });
    this.changed();
    return true;
  }

  failed(why) {
    this.why = why;
    return false;
  }

  later() {
    this.timer = setTimeout(() => this.now(), this.wait);
    this.again_s = Math.round(this.wait / 1000);
    this.wait = Math.min(2 * this.wait, LONGEST_WAIT_MS);
    this.changed();
  }

  changed() {
    this.onChange(this);
  }
}
