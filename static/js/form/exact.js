/** Decimal arithmetic where doubles would round: on the shortest decimal texts, as the server's Decimal does. */

import { numberText } from "../expressions/values.js";

const DIGITS = 30;

/** The number as a whole count of 10^-places. */
function scaled(number) {
  const [whole, part = ""] = numberText(number).split(".");
  return [BigInt(whole + part), part.length];
}

/** Whether a × b is more than c × d. */
export function exceeds(a, b, c, d) {
  const [[an, ap], [bn, bp], [cn, cp], [dn, dp]] = [a, b, c, d].map(scaled);
  return an * bn * 10n ** BigInt(cp + dp) > cn * dn * 10n ** BigInt(ap + bp);
}

/** 100 × top ÷ bottom, the double nearest to it; bottom is not 0. */
export function percentOf(top, bottom) {
  const [[tn, tp], [bn, bp]] = [top, bottom].map(scaled);
  const [over, under] = [100n * tn * 10n ** BigInt(bp + DIGITS), bn * 10n ** BigInt(tp)];
  const rest = over % under === 0n ? "" : "1"; // what was cut off decides between two doubles
  return Number(`${over / under}${rest}e-${DIGITS + rest.length}`);
}
