/** Reads what people type into boxes, as the server does (domain/fields): a value, nothing (null), or a refusal in words. */

import { holdsName } from "../expressions/values.js";
import { message } from "./words.js";

const SPACE = "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]"; // Python's, not JavaScript's
const SPACES = new RegExp(`${SPACE}+`, "g");
const ENDS = new RegExp(`^${SPACE}+|${SPACE}+$`, "g");
const SURROGATES = /[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g; // pairs, and lone ones

const GROUPED = /^-?[1-9]\d{0,2}(\.\d{3})+$/;
const FOREIGN = /^-?[1-9]\d{0,2}(,\d{3})+$/;
const PLAIN = /^-?\d+(\.\d+)?$/;
const MAX_DIGITS = 15;

const ISO = /^(\d{4})-(\d{2})-(\d{2})$/;
const WRITTEN = /^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})$/;
const TIME = /^(\d{1,2})[.:](\d{2})(?:[.:]\d{2}(?:\.\d+)?)?$/;
const [EARLIEST, LATEST] = ["1945-08-17", "2100-12-31"];

const ASKS_BOTH = {
  "Enter a date, for example 20/09/2026.": "Enter a date and time, for example 03/09/2026 20.30.",
  "There is no such day. Enter a date, for example 20/09/2026.":
    "There is no such day. Enter a date and time, for example 03/09/2026 20.30.",
};

const LINK = /^https?:\/\/[^ /?#[\]]*\.[^ /?#[\]]*(?:[/?#][^ ]*)?$/i;
const LONGEST_LINK = 500;

/** What was typed cannot be read: why, and at which of several boxes. */
export class Refused extends Error {
  constructor(why, part = "") {
    super(why.msgid);
    this.why = why;
    this.part = part;
  }
}

/** What was typed is refused, in these words. */
export function refuse(msgid, params) {
  throw new Refused(message(msgid, params));
}

/** Text without white space at its ends. */
export function trimmed(text) {
  return text.replace(ENDS, "");
}

/** The words between white space. */
export function parted(text) {
  return trimmed(text).split(SPACES).filter(Boolean);
}

/** Text as it is stored: no NUL, no lone surrogates, composed, trimmed; on one line unless `multiline`. */
export function clean(raw, multiline = false) {
  let text = raw.replaceAll("\0", "").replace(SURROGATES, (found) => (found.length === 2 ? found : "?")).replace(/\r\n?/g, "\n");
  if (!multiline) text = trimmed(text.replace(SPACES, " "));
  return trimmed(text.normalize("NFC"));
}

/** How many characters people count: code points. */
export function lengthOf(text) {
  return Array.from(text).length;
}

/** Dots group thousands, the comma starts decimals, `2.5` is read as 2,5. Gives {value, places}, or null for nothing. */
export function decimal(raw, example) {
  const text = clean(raw).replace(/[\xa0 ]/g, "").replaceAll("−", "-");
  if (!text) return null;
  const at = text.indexOf(",");
  let [whole, fraction] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  if (GROUPED.test(whole)) whole = whole.replaceAll(".", "");
  else if (at >= 0 && whole.includes(".")) refuse("Enter a number, for example %(example)s.", { example });
  const plain = fraction ? `${whole}.${fraction}` : whole;
  if (!PLAIN.test(plain)) refuse("Enter a number, for example %(example)s.", { example });
  if (plain.replace(/[-.]/g, "").replace(/^0+(?=.)/, "").length > MAX_DIGITS) {
    refuse("This number is too long. Write at most %(n)s digits.", { n: MAX_DIGITS });
  }
  return { value: Number(plain) + 0, places: (plain.split(".")[1] ?? "").replace(/0+$/, "").length };
}

/** A number with at most `places` decimals. */
export function number(raw, places, example) {
  const found = decimal(raw, example);
  if (found && found.places > places) refuse("Write at most %(n)s decimals.", { n: places });
  return found && found.value;
}

/** A whole number; `1,000` is refused, for some mean a thousand by it. */
export function whole(raw, example = "12") {
  const found = decimal(raw, example);
  if (found && (found.places > 0 || FOREIGN.test(trimmed(raw)))) {
    refuse("Enter a whole number, for example %(example)s.", { example });
  }
  return found && found.value;
}

/** An amount of rupiah without the signs people write around it: `Rp 1.500,-`. */
export function bareAmount(raw) {
  let text = trimmed(raw);
  if (text.slice(0, 2).toLowerCase() === "rp") text = trimmed(text.slice(2).replace(/^[. ]+/, ""));
  return /,(-|–|00)$/.test(text) ? text.slice(0, text.lastIndexOf(",")) : text;
}

/** A day as ISO text. `months`: the number of each name a month is written by. */
export function date(raw, months) {
  const text = clean(raw);
  if (!text) return null;
  const written = WRITTEN.exec(numbered(text, months));
  const iso = written ? null : ISO.exec(text);
  const found = written ? day(written[3], written[2], written[1]) : iso && day(iso[1], iso[2], iso[3]);
  if (!found && written) refuse("There is no such day. Enter a date, for example 20/09/2026.");
  if (!found) refuse("Enter a date, for example 20/09/2026.");
  if (found < EARLIEST || found > LATEST) refuse("Enter a date between 1945 and 2100.");
  return found;
}

/** A day and a time of the unit's own clock, as ISO text to the minute. */
export function moment(raw, months) {
  const text = clean(raw).replace(/(\d)T(?=\d)/g, "$1 ");
  if (!text) return null;
  const at = text.lastIndexOf(" ");
  const time = TIME.exec(text.slice(at + 1));
  if (at < 1 || !time || Number(time[1]) > 23 || Number(time[2]) > 59) {
    refuse("Enter a date and time, for example 03/09/2026 20.30.");
  }
  const found = dayOfMoment(text.slice(0, at), months);
  return found && `${found}T${time[1].padStart(2, "0")}:${time[2]}`;
}

/** The day before a time; a refusal asks for both, or the next would ask for the time again. */
function dayOfMoment(text, months) {
  try {
    return date(text, months);
  } catch (error) {
    throw new Refused(message(ASKS_BOTH[error.message] ?? error.message));
  }
}

/** A web address. */
export function link(raw) {
  const text = clean(raw);
  if (text && (!LINK.test(text) || lengthOf(text) > LONGEST_LINK)) {
    refuse("Enter a web address that starts with https://, for example https://bpbd.example.go.id.");
  }
  return text || null;
}

/** `3 Januari 2026` as `3 1 2026`: a date may be typed as the pages show it. */
function numbered(text, months) {
  const [first, month, ...rest] = text.split(" ");
  const name = month?.toLowerCase();
  return name && holdsName(months, name) ? `${first} ${months[name]} ${rest.join(" ")}` : text;
}

/** The ISO text of a day there is. */
function day(year, month, date) {
  const text = `${year}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  const found = new Date(`${text}T00:00:00Z`);
  return year !== "0000" && !Number.isNaN(found.getTime()) && found.toISOString().startsWith(text) ? text : null;
}
