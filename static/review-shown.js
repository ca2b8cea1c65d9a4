// What the page says beside the pair: how far it is, what was given, what waits.
const byId = (id) => document.getElementById(id);

export const showStanding = (answer) => {
  const found = answer.querySelector(".standing");
  if (found) byId("standing").replaceChildren(document.importNode(found, true));
};

export const showGiven = (answer, entry, words = "") => {
  const box = byId("given"), given = answer?.querySelector(".given");
  if (given) return box.replaceChildren(document.importNode(given, true));
  const said = document.createElement("p");
  said.textContent = words || { undo: `Undone: ${entry.about}.`, skipped: `Skipped: ${entry.about}.`, later: `Comes back at the end: ${entry.about}.` }[entry.kind] || "";
  box.replaceChildren(said);
};

const plural = (n) => `${n} ${n === 1 ? "grade" : "grades"} waiting for the server`;

export const showWaiting = (box, signIn) => {
  const n = box.waiting.all().length, shown = byId("waiting");
  byId("desk").dataset.waiting = n;
  shown.hidden = n === 0 || !box.why;
  if (shown.hidden) return shown.replaceChildren();
  const said = document.createElement("p");
  said.textContent = `${plural(n)}. ${box.why}: what you said is kept in this browser and sent again in ${box.again_s} s. `;
  if (box.why.includes("signed out")) {
    const link = document.createElement("a");
    link.href = signIn;
    link.target = "_blank";
    link.textContent = "Sign in, in another tab";
    said.append(link);
  }
  shown.replaceChildren(said);
};

export const showRefused = (box) => {
  const list = byId("refused"), all = box.refused.all();
  list.hidden = all.length === 0;
  list.replaceChildren(...all.map((entry) => {
    const row = document.createElement("li"), close = document.createElement("button");
    row.className = "notice bad";
    const { comment, reason } = entry.fields;
    const typed = [comment, reason].filter(Boolean).join(" / ");
    row.textContent = `Not taken: ${entry.kind} of ${entry.about}${typed ? ` (“${typed}”)` : ""}. ${entry.why} `;
    close.className = "quiet";
    close.type = "button";
    close.textContent = "Dismiss";
    close.addEventListener("click", () => { box.refused.remove(entry.name); showRefused(box); });
    row.append(close);
    return row;
  }));
};

export const showNone = (line) => {
  byId("none-yet").hidden = line.current() !== null || line.isOver;
};
