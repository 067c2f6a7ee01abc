/** How each kind of answer is read, checked and seen by expressions: the twins of domain/fields. A question's rules name its
 * twin; values are those the server stores. */

import { parseDate } from "../expressions/functions.js";
import { matches } from "../expressions/regex.js";
import { holdsName, Moment, numberText } from "../expressions/values.js";
import { exceeds, percentOf } from "./exact.js";
import * as read from "./reading.js";
import { Refused, refuse } from "./reading.js";
import { message, numberShown } from "./words.js";

const NOTHING = new Set([undefined, null, ""]);
const YES_NO = { ya: true, yes: true, true: true, 1: true, tidak: false, no: false, false: false, 0: false };
const FORMS = {
  phone: [/^\+?[0-9][0-9 ()./-]{5,24}$/, "Enter a telephone number, for example 021 555 0100."],
  email: [/^[^@ ]+@[^@ ]+\.[^@ ]+$/, "Enter an e-mail address, for example nama@example.go.id."],
};
const PART = { start: "from", end: "to" };

/** Something wrong inside a value: `part` is one of several boxes, or a cell. */
export function fault(msgid, params = {}, part = "") {
  return { why: message(msgid, params), part };
}

/** What an object itself holds under a name: codes are chosen by people and may be `constructor`. */
export function own(object, name) {
  return holdsName(object, name) ? object[name] : undefined;
}

/** Whether nothing was answered. */
export function nothing(value) {
  return NOTHING.has(value) || (Array.isArray(value) && value.length === 0);
}

function bounds(value, { min, max, plain }) {
  const shown = plain ? String : (number) => number; // a year is never grouped
  const found = [];
  if (min !== undefined && value < min) found.push(fault("Enter at least %(n)s.", { n: shown(min) }));
  if (max !== undefined && value > max) found.push(fault("Enter at most %(n)s.", { n: shown(max) }));
  return found;
}

/** What kinds have in common unless they say otherwise. A kind's functions take the value and the question. `boxes`: the names of
 * several boxes; `many`: several of its boxes may be ticked; `settle`: puts what is known elsewhere into a value; `written`: what
 * a box holds as the pages write it there, if it can be written in several ways. */
const usual = {
  asks: true,
  valueOf: (answer) => answer.v ?? null,
  isEmpty: nothing,
  faults: () => [],
  operand: (value) => (nothing(value) ? null : String(value)),
  part: () => null,
  shown: () => "",
};

/** What only the server can judge. */
const any = { ...usual, read: (raw) => read.clean(raw) || null };

const MOST_PLACES = 12;

/** As the server writes it in a box: the Indonesian way in either language (forms/fields/lines.py). */
function numberWritten(value) {
  return numberShown(value, MOST_PLACES).replace("−", "-");
}

function dayWritten(iso) {
  return iso.slice(0, 10).split("-").reverse().join("/");
}

function momentWritten(iso) {
  return `${dayWritten(iso)} ${iso.slice(11, 16).replace(":", ".")}`;
}

const numeric = {
  ...usual,
  written: (value, { options }) => (options.plain ? String(value) : numberWritten(value)), // a year is never grouped
  faults: (value, { options }) => bounds(value, options),
  operand: (value) => value,
  shown: (value, { options }, words) => (value === null ? "" : words.measured(value, options.unit)),
};

const whole = {
  ...numeric,
  read: (raw) => read.whole(raw),
  shown: (value, asked, words) => (asked.options.plain && value !== null ? String(value) : numeric.shown(value, asked, words)),
};

const decimal = { ...numeric, read: (raw, { options }) => read.number(raw, options.places ?? 2, "2,5") };

const money = {
  ...numeric,
  read: (raw) => read.whole(read.bareAmount(raw), "12.500.000"),
  shown: (value, asked, words) => (value === null ? "" : words.money(value)),
};

function text(longest, multiline) {
  return {
    ...usual,
    valueOf: ({ v }) => (typeof v === "number" ? numberText(v) : (v ?? null)), // a number where one was asked for once
    read(raw, { options, label }) {
      const said = read.clean(raw, multiline);
      const [limit, have] = [options.max_length ?? longest, read.lengthOf(said)];
      if (have > limit) refuse("Shorten this to %(n)s characters. It has %(have)s.", { n: limit, have });
      if (!said) return null;
      if (options.pattern !== undefined && !matches(options.pattern, said)) {
        refuse("%(label)s does not have the expected form.", { label });
      }
      if (options.kind !== undefined && !FORMS[options.kind][0].test(said)) refuse(FORMS[options.kind][1]);
      return said;
    },
  };
}

const link = { ...usual, read: (raw) => read.link(raw) };

const yesNo = {
  ...usual,
  read(raw) {
    const said = read.clean(raw).toLowerCase();
    if (!said) return null;
    return holdsName(YES_NO, said) ? YES_NO[said] : refuse("Choose Yes or No.");
  },
  operand: (value) => value,
};

function gone(code, { choices }) {
  const choice = choices.get(code);
  const why = "“%(choice)s” is no longer offered. Choose another.";
  return choice === undefined || choice.retired ? [fault(why, { choice: choice?.label ?? code })] : [];
}

const oneChoice = {
  ...usual,
  read(raw, { choices }) {
    const code = read.clean(raw);
    if (!code) return null;
    return choices.has(code) ? code : refuse("Choose one of the listed options.");
  },
  faults: gone,
};

const someChoices = {
  ...usual,
  many: true,
  read(raw, { choices }) {
    const chosen = new Set((raw || []).map((code) => read.clean(code)).filter(Boolean));
    for (const code of chosen) if (!choices.has(code)) refuse("Choose from the listed options.");
    const found = Array.from(choices.keys()).filter((code) => chosen.has(code));
    return found.length ? found : null;
  },
  faults: (value, asked) => value.flatMap((code) => gone(code, asked)),
  operand: (value) => value ?? [],
};

const reference = {
  ...usual,
  read(raw) {
    const key = read.clean(raw);
    if (read.lengthOf(key) > 64) refuse("Choose one of the listed options.");
    return key || null;
  },
};

const day = {
  ...usual,
  read: (raw, asked, { months }) => read.date(raw, months),
  written: dayWritten,
  faults(value, { options }, { today }) {
    return options.not_future && value.slice(0, 10) > today ? [fault("The date may not lie after today.")] : [];
  },
  operand: (value) => (value === null ? null : parseDate(value)),
};

const moment = { ...day, read: (raw, asked, { months }) => read.moment(raw, months), written: momentWritten };

const dayRange = {
  ...usual,
  boxes: ["from", "to"],
  written: dayWritten,
  read(raw, asked, { months }) {
    const [from, to] = [read.date(raw?.from ?? "", months), read.date(raw?.to ?? "", months)];
    return from === null && to === null ? null : { from, to };
  },
  faults({ from, to }, { options }) {
    const found = [];
    if (from === null) found.push(fault("Enter the start date.", {}, "from"));
    else if (to !== null && to < from) found.push(fault("The end date may not come before the start date.", {}, "to"));
    if (to === null && !options.open_end) found.push(fault("Enter the end date.", {}, "to"));
    return found;
  },
  operand: (value) => dayRange.part(value, "end"),
  part(value, name) {
    const iso = value?.[PART[name]];
    return iso ? parseDate(iso) : null;
  },
};

const duration = {
  ...usual,
  boxes: ["from", "to"],
  written: momentWritten,
  read(raw, { options }, { months }) {
    const [from, to] = [read.moment(raw?.from ?? "", months), read.moment(raw?.to ?? "", months)];
    return to === null && (from === null || options.start) ? null : { from, to };
  },
  /** The first moment is taken from the event where the question says so. */
  settle(value, { options }, { moments }) {
    const known = moments[options.start];
    return value === null || !known ? value : { ...value, from: known };
  },
  faults({ from, to }) {
    const found = [];
    if (from === null) found.push(fault("Enter when it began.", {}, "from"));
    if (to === null) found.push(fault("Enter when it ended.", {}, "to"));
    if (from && to && to < from) {
      found.push(fault("This time must come after %(start)s.", { start: { moment: from } }, "to"));
    }
    return found;
  },
  operand(value) {
    if (!value?.from || !value.to) return null;
    return Math.round((parseDate(value.to).days - parseDate(value.from).days) * 1440) / 60;
  },
  shown(value, asked, words) {
    const hours = duration.operand(value);
    return hours === null ? "" : `${words.number(hours, 1)}\xa0${words.say(message("hours"))}`;
  },
};

const COUNT = "1250";
const BOXES = { n: "numerator", d: "denominator" };

/** The number in one of the two boxes; a refusal says which. */
function boxed(raw, part, { options, label }) {
  const [typed, places] = [read.bareAmount(raw ?? ""), options.decimals ?? 0];
  try {
    return places === 0 ? read.whole(typed, COUNT) : read.number(typed, places, COUNT);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Refused(message("%(field)s: %(why)s", { field: options[BOXES[part]] ?? label, why: error.why }), part);
  }
}

const percent = {
  ...usual,
  boxes: ["n", "d"],
  written: numberWritten,
  read(raw, asked) {
    const [n, d] = [boxed(raw?.n, "n", asked), boxed(raw?.d, "d", asked)];
    return n === null && (d === null || asked.counted) ? null : { n, d };
  },
  isEmpty: (value) => value === null || ((value.n ?? null) === null && (value.d ?? null) === null),
  faults({ n, d }, { options, label }) {
    const names = { n: options.numerator ?? label, d: options.denominator ?? label };
    const found = Object.entries({ n, d }).flatMap(([part, number]) => {
      if (number === null) return [fault("Fill in %(field)s.", { field: names[part] }, part)];
      return number < 0 ? [fault("Enter 0 or more.", {}, part)] : [];
    });
    const most = options.max_percent ?? 100;
    if (found.length || !exceeds(n, 100, d, most)) return found;
    const why =
      most === 100
        ? "%(a)s (%(x)s) may not exceed %(b)s (%(y)s)."
        : "%(a)s (%(x)s) is far above %(b)s (%(y)s). Check both numbers.";
    return [fault(why, { a: names.n, b: names.d, x: n, y: d }, "n")];
  },
  operand: (value) => (value === null || value.n === null || !value.d ? null : percentOf(value.n, value.d)),
  part: (value, name) => value?.[name] ?? null,
  shown(value, asked, words) {
    if (percent.isEmpty(value)) return "";
    const [top, bottom] = [value.n, value.d].map((number) => (number === null ? "…" : words.number(number)));
    const share = percent.operand(value);
    return `${top} ÷ ${bottom}${share === null ? "" : ` = ${words.percent(share)}`}`;
  },
};

/** `-6,36 107,17`, or with the dots and commas of a map: latitude and longitude as texts. */
function coordinates(raw) {
  let parts = read.parted(raw.replaceAll(";", " "));
  if (parts.length === 1 && raw.split(",").length === 2) parts = read.trimmed(raw).split(",");
  return parts.map((part) => read.trimmed(part).replace(/,+$/, ""));
}

const place = {
  ...usual,
  read(raw) {
    if (!read.trimmed(raw)) return null;
    const ask = () => refuse("Enter latitude and longitude, for example -6,3650 107,1730.");
    const parts = coordinates(raw);
    if (parts.length !== 2) ask();
    if (parts.every((part) => part === "")) return null;
    const degrees = parts.map((part) => (part.includes(",") ? part : part.replaceAll(".", ","))); // no thousands: a dot starts decimals
    const [lat, lon] = degrees.map((part) => read.decimal(part, "-6,3650"));
    return lat === null || lon === null ? ask() : { lat: lat.value, lon: lon.value };
  },
  faults({ lat, lon }) {
    const there = lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180;
    return there ? [] : [fault("Latitude lies between −90 and 90, longitude between −180 and 180.")];
  },
  operand: (value) => (value === null ? null : `${numberText(value.lat)} ${numberText(value.lon)}`),
};

const files = {
  ...usual,
  read: () => null, // files travel beside the value
  valueOf: (answer) => (answer.files?.length ? answer.files : null),
  faults(value, { options }) {
    const most = options.max_files ?? 10;
    return value.length > most ? [fault("Attach at most %(n)s files.", { n: most })] : [];
  },
  operand: (value) => value ?? [],
};

/** A value nobody types: of an expression, or counted elsewhere. */
const derived = {
  ...usual,
  asks: false,
  operand(value) {
    if (Array.isArray(value)) return value.map(derived.operand);
    if (typeof value === "string") return parseDate(value) ?? (value || null); // a date is kept as ISO text
    return value !== null && typeof value === "object" ? derived.share(value) : value;
  },
  share: ({ n, d }) => (d ? percentOf(n, d) : null),
  shown(value, asked, words) {
    if (nothing(value)) return "";
    if (typeof value === "boolean") return words.say(message(value ? "Yes" : "No"));
    if (Array.isArray(value)) return value.map((part) => derived.shown(part, asked, words)).join(", ");
    if (typeof value === "string") return /^\d{4}-\d{2}-\d{2}$/.test(value) && parseDate(value) ? words.day(value) : value;
    return typeof value === "object" ? percent.shown(value, asked, words) : words.measured(value, asked.options.unit);
  },
};

const note = { ...usual, asks: false };

/** Kinds by the names rules know them by; a table's is added by table.js. */
export const KINDS = {
  any,
  whole,
  decimal,
  money,
  text: text(200, false),
  long_text: text(2000, true),
  link,
  yes_no: yesNo,
  one_choice: oneChoice,
  some_choices: someChoices,
  reference,
  day,
  moment,
  day_range: dayRange,
  duration,
  percent,
  place,
  files,
  derived,
  note,
};

/** The value of an expression as it is kept: dates as ISO text, numbers to `places`. */
export function stored(value, places, round) {
  if (value instanceof Moment) return value.text();
  if (Array.isArray(value)) return value.map((part) => stored(part, places, round));
  return typeof value === "number" && places !== undefined ? round(value, places) : value;
}

/** What was typed into a box as the pages write it there; what cannot be read stays as it is. `part`: which of several boxes. */
export function rewritten(asked, typed, part, around) {
  const kind = KINDS[asked.twin];
  if (kind.written === undefined || (part !== undefined && !kind.boxes?.includes(part))) return typed;
  try {
    const value = kind.read(part === undefined ? typed : { [part]: typed }, asked, around);
    const held = part === undefined ? value : value?.[part];
    return (held ?? null) === null ? typed : kind.written(held, asked);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return typed;
  }
}
