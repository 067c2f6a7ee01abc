/** Messages into words, numbers and days as people read them: the twin of forms/texts.py and domain/fields/display.py. */

import { numberText, roundHalfAway } from "../expressions/values.js";

const NBSP = "\xa0";
const PLACE = /%(?:\((\w+)\)[sd]|%)/g;

/** A sentence to be: an English msgid with parameters, which may be numbers, texts, {day}, {moment} or other messages. */
export function message(msgid, params = {}) {
  return { msgid, params };
}

/** `1.234,5`, or `1,234.5` where it is not to be `indonesian`. */
export function numberShown(value, places, indonesian = true) {
  const [whole, part] = numberText(Math.abs(roundHalfAway(value, places))).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, indonesian ? "." : ",");
  const sign = value < 0 && (part !== undefined || whole !== "0") ? "−" : "";
  return sign + grouped + (part === undefined ? "" : (indonesian ? "," : ".") + part);
}

/** What one language says, as the rules bring it (forms/rules.py). */
export class Words {
  constructor({ locale, sentences, months, page, counted, pills }) {
    this.indonesian = locale === "id";
    this.sentences = sentences;
    this.months = months;
    this.page = page;
    this.counted = counted;
    this.pills = pills;
  }

  /** A message in words. */
  say({ msgid, params }) {
    return this.fill(this.sentences[msgid] ?? msgid, params);
  }

  /** A sentence with its places filled. */
  fill(sentence, params) {
    return sentence.replace(PLACE, (all, name) => (name ? this.word(params[name]) : "%"));
  }

  /** A sentence of the page that counts. */
  counting(name, num) {
    return this.fill(this.counted[name][num === 1 ? 0 : 1], { num });
  }

  word(value) {
    if (typeof value === "number") return this.number(value);
    if (value === null || typeof value !== "object") return String(value);
    if ("msgid" in value) return this.say(value);
    return "moment" in value ? this.moment(value.moment) : this.day(value.day);
  }

  /** `1.234,5`: grouped, without trailing zeros, at most `places` decimals. */
  number(value, places = 6) {
    return numberShown(value, places, this.indonesian);
  }

  /** A number with its unit, which does not break away from it. */
  measured(value, unit) {
    return this.number(value) + (unit ? NBSP + unit : "");
  }

  percent(value) {
    return `${this.number(value, 1)}${NBSP}%`;
  }

  money(value) {
    return `${value < 0 ? "−" : ""}Rp${this.number(Math.abs(value), 0)}`;
  }

  /** `13 Oktober 2026` of ISO text. */
  day(iso) {
    const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
    return `${day} ${this.months[month - 1]} ${year}`;
  }

  /** `13 Oktober 2026 14.05` of ISO text. */
  moment(iso) {
    const time = iso.slice(11, 16);
    return `${this.day(iso)} ${this.indonesian ? time.replace(":", ".") : time}`;
  }
}
