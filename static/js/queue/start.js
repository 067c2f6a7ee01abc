/** Runs on every page: sends what waits, prepares for being without a line, and keeps apart who uses this device. */

import { element } from "../elements.js";
import { forgetKept } from "./device.js";
import { forgetOthers, keptReports, prepare } from "./offline.js";
import { Outbox } from "./outbox.js";
import { reached } from "./sender.js";

const LATE = 1_500; // what the page before was still keeping
const trying = new Set();
const tried = new Set();
const here = document.querySelector("[data-outbox]");

/** A page of somebody. */
function begin() {
  const words = JSON.parse(document.querySelector("[data-outbox-words]").textContent);
  const outbox = new Outbox(here, words);
  tellCopy(words);
  window.addEventListener("submit", (event) => refuseWithoutLine(event, words), { capture: true }); // before anything is asked
  for (const form of document.querySelectorAll("form[action='/keluar']")) form.addEventListener("submit", (event) => leave(event, outbox, words));
  const kept = document.querySelector("[data-kept-pages]");
  if (kept) listKept(kept, outbox.device.person).catch(warn);
  outbox.start().catch(warn);
  prepare(outbox.device.person, here.dataset.program).catch(warn);
}

/** The page is a copy: it says so, and of when. */
function tellCopy(words) {
  const { of: copy } = document.documentElement.dataset;
  const note = document.querySelector("[data-copy-note]");
  if (copy === undefined || note === null) return;
  const when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" }).format(new Date(copy));
  note.querySelector("p").textContent = words.copy.replace("{when}", when);
  note.hidden = false;
  window.addEventListener("online", () => (note.hidden = true));
}

/** The page that stands for one this device does not keep tells which it keeps. */
async function listKept(place, person) {
  const reports = await keptReports(person);
  const lines = reports.map(([address, title]) => element("li", "", Object.assign(element("a", "", title), { href: address })));
  place.querySelector("ul").replaceChildren(...lines);
  place.hidden = lines.length === 0;
}

/** A button pressed without a line would leave this page for one that says there is none. Whether there is a line is tried: a browser
 * knows of the nearest mast only. */
async function refuseWithoutLine(event, words) {
  const { target: form, submitter } = event;
  if (form.method === "get" || tried.has(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (trying.has(form)) return; // pressed again meanwhile
  trying.add(form);
  submitter?.setAttribute("aria-busy", "true");
  const there = await reached();
  submitter?.removeAttribute("aria-busy");
  trying.delete(form);
  if (!there) return window.alert(words[form.dataset.report ? "no line form" : form.action.endsWith("/keluar") ? "no line leave" : "no line"]);
  tried.add(form);
  form.requestSubmit(submitter?.isConnected ? submitter : undefined); // its event is over when this returns
  tried.delete(form);
}

/** Whoever signs out learns what is not sent yet; it stays here for them alone. */
async function leave(event, outbox, { leaving }) {
  event.preventDefault();
  const { length } = await outbox.unsent();
  const asked = leaving[length === 1 ? 0 : 1].replace("{num}", length);
  if (length === 0 || window.confirm(asked)) event.target.submit();
}

function warn(error) {
  console.warn(error);
}

if (here?.dataset.outbox) begin();
else if (here) {
  forgetKept().catch(warn);
  if ("caches" in window) for (const wait of [0, LATE]) setTimeout(() => forgetOthers("").catch(warn), wait);
}
