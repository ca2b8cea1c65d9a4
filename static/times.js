// Times in the viewer's own zone; without this script the server's zone is named beside them.
const SHORT = { dateStyle: "medium", timeStyle: "short" };
const LONG = { dateStyle: "full", timeStyle: "long" };

const localise = (root) => {
  for (const time of root.querySelectorAll("time[datetime]:not([data-local])")) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    time.title = moment.toLocaleString(undefined, LONG);
    if ("exact" in time.dataset) time.textContent = moment.toLocaleString(undefined, SHORT);
    time.dataset.local = "";
  }
};

localise(document);
document.addEventListener("htmx:load", (event) => localise(event.detail.elt.parentElement || document));
