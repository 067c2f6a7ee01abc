/** Sends answers to the server, and believes only JSON that names the very sending: after a sign-out a followed redirect looks
 * like success. */

const PATIENCE = 20_000;
const BRIEFLY = 8_000; // somebody waits for it
const MOST_PAGES = 50; // as forms/fill.py
const PAUSES = [2_000, 5_000, 15_000, 30_000];
const JSON_ONLY = { Accept: "application/json" };

/** Why the server did not keep what was sent. `state`: away, signed out, another, refused; `words`: its own, when refused. */
export class Unkept extends Error {
  constructor(state, words) {
    super(state);
    this.state = state;
    this.words = words;
  }

  /** Whether the same may succeed later without anybody doing anything. */
  get passes() {
    return this.state === "away";
  }
}

/** How long an open page waits after so many failures before it tries again. */
export function pause(failed) {
  return PAUSES[Math.min(failed, PAUSES.length) - 1];
}

/** The sendings of one person. */
export class Sender {
  constructor(person) {
    this.person = person;
    this.token = undefined;
  }

  /** Who is signed in here now; throws unless it is this person. */
  async ask() {
    const { person, csrf } = await fetched("/sesi", { headers: JSON_ONLY });
    if (person !== this.person) throw new Unkept(person ? "another" : "signed out");
    this.token = csrf;
  }

  /** Send a batch of records that one page keeps. `nth`: which sending of that page this is. Gives the acknowledgement. */
  async send(answers, nth) {
    return this.trying(() => this.post(answers, nth));
  }

  /** Do something for the person; once more when they were signed out and are in again. */
  async trying(act) {
    if (this.token === undefined) await this.ask();
    try {
      return await act();
    } catch (error) {
      this.token = undefined; // whatever it was: ask again who is signed in before anything else is sent
      if (error.state !== "signed out") throw error;
      await this.ask(); // in again meanwhile: the page's token was of the session before
      return await act();
    }
  }

  async post(answers, nth) {
    const [{ report, page }] = answers;
    const body = bodyOf(this.person, this.token, answers, nth);
    const said = await fetched(`/laporan/${report}`, { method: "POST", body, headers: JSON_ONLY, keepalive: document.hidden });
    if (said.page !== page || said.nth !== nth) throw new Unkept("away");
    return said;
  }
}

/** What can go together: answers to one report that one page keeps, typed upon one change of it and one version. */
export function batches(records) {
  return [...grouped(records, ({ report, version, base, page }) => [report, version, base, page].join(" ")).values()];
}

/** Records by a key of each. */
export function grouped(records, keyOf) {
  const found = new Map();
  for (const record of records) found.set(keyOf(record), [...(found.get(keyOf(record)) ?? []), record]);
  return found;
}

function bodyOf(person, token, answers, nth) {
  const [{ page, version, base }] = answers;
  const [files, typed] = [true, false].map((attach) => answers.filter((record) => Boolean(record.attach) === attach).map(({ code }) => code).join(" "));
  const heirs = new Set(answers.flatMap(({ heir = [] }) => heir));
  const about = { csrf_token: token, _person: person, _version: version, _codes: typed, _files: files, _seq: base, _op: page, _nth: nth, _heir: [...heirs].slice(-MOST_PAGES).join(" ") };
  const body = new URLSearchParams(); // of a long table half of what a form with files takes
  for (const [name, value] of Object.entries(about)) body.set(name, value);
  for (const { entries } of answers) for (const [name, value] of entries) body.append(name, value);
  return body;
}

/** Whether the server answers. */
export function reached() {
  return fetched("/sesi", { headers: JSON_ONLY }, BRIEFLY).then(
    () => true,
    () => false,
  );
}

/** The JSON of an answer; whatever is none counts as no connection. */
async function fetched(address, asked, patience = PATIENCE) {
  const stop = new AbortController();
  const halt = setTimeout(() => stop.abort(), patience);
  const said = await fetch(address, { ...asked, redirect: "error", cache: "no-store", signal: stop.signal })
    .then((answer) => answer.json())
    .catch(() => undefined)
    .finally(() => clearTimeout(halt));
  if (typeof said !== "object" || said === null || said.busy) throw new Unkept("away");
  if (said.signed_out) throw new Unkept("signed out");
  if (said.another) throw new Unkept("another");
  if (said.refused) throw new Unkept("refused", said.refused);
  return said;
}
