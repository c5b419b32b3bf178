import { CLOSE_CODES, nameOf, numberOf, reactionTo } from "../../static/js/client/reconnect.js";
import { Session } from "../../static/js/client/session.js";
import { ServerClock, apply, formatCountdown } from "../../static/js/client/state.js";
import { dir, pickLanguage, translator } from "../../static/js/shared/i18n.js";
import { EXPONENTS, exponentOf, formatMoney, offerOf, spokenMoney } from "../../static/js/shared/offer.js";

/** Runs the shared fixtures against the browser's modules; each returns what differs, in words. */

/** JSON with the keys in order, so that equal values are equal texts. */
function text(value) {
  return JSON.stringify(value, (_key, part) =>
    part && typeof part === "object" && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function differences(checks) {
  return checks
    .filter(([, got, expected]) => text(got) !== text(expected))
    .map(([what, got, expected]) => `${what}: expected ${text(expected)}, got ${text(got)}`);
}

function frozen(value) {
  if (value && typeof value === "object") Object.values(value).forEach(frozen);
  return Object.freeze(value);
}

const RUNNERS = {
  reducer: ({ states, cases }) =>
    cases.map(({ name, state, event, changes, gone = [] }) => {
      const before = frozen(states[state]);
      const kept = Object.fromEntries(Object.entries(before).filter(([key]) => !gone.includes(key)));
      return [name, apply(before, frozen(event)), { ...kept, ...changes }];
    }),

  session: ({ scripts }) =>
    scripts.flatMap(({ name, hello, random, steps }) => {
      let used = 0;
      const session = new Session(hello, () => random[used++ % random.length]);
      return steps.map((step) => {
        const { do: input, ...values } = step.in;
        const out = session[input](step.now, ...Object.values(values));
        const got = { out, state: session.state, position: session.position };
        const expected = { out: step.out, state: step.state, position: step.position };
        return [`${name}, at ${step.now}`, got, expected];
      });
    }),

  close_codes: ({ table, foreign }) => [
    [
      "the table",
      CLOSE_CODES.map((row) => ({ ...row, reaction: reactionTo(row.number) })),
      table,
    ],
    ...table.flatMap(({ name, number }) => [
      [`name of ${number}`, nameOf(number), name],
      [`number of ${name}`, numberOf(name), number],
    ]),
    ...foreign.flatMap(({ number, reaction }) => [
      [`reaction to ${number}`, reactionTo(number), reaction],
      [`name of ${number}`, nameOf(number), null],
    ]),
  ],

  money: ({ exponents, formats }) => [
    ...Object.entries(exponents).map(([code, digits]) => [code, exponentOf(code), digits]),
    ...Object.keys(EXPONENTS).map((code) => [code, EXPONENTS[code], exponents[code]]),
    ...formats.flatMap(({ money, lang, text: written, spoken }) => [
      [`${lang} text`, formatMoney(money, lang), written],
      [`${lang} spoken`, spokenMoney(money, lang), spoken],
    ]),
  ],

  offer: ({ cases }) =>
    cases.map(({ name, product, deal, now, offer }) => {
      const { soldOut: sold_out, priceTo: price_to, ...rest } = offerOf(product, deal, now);
      return [name, { ...rest, sold_out, price_to }, { price_to: null, ...offer }];
    }),

  clock: ({ clocks, countdowns }) => [
    ...clocks.map(({ name, samples, offset }) => {
      const clock = new ServerClock(() => 100_000);
      for (const { now, sent_at, received_at } of samples) clock.observe(now, sent_at, received_at);
      return [name, clock.now(), 100_000 + offset];
    }),
    ...countdowns.map(({ ms, text: shown }) => [`${ms} ms`, formatCountdown(ms), shown]),
  ],

  words: ({ catalogue, texts, directions }) => [
    ...texts.flatMap(({ lang, key, values, picked, text: expected }) => [
      [`${lang} picks`, pickLanguage(catalogue, lang), picked],
      [`${lang} ${key}`, translator(catalogue, lang)(key, values), expected],
    ]),
    ...directions.map(({ lang, dir: expected }) => [lang, dir(lang), expected]),
  ],
};

/** @param {string} name @param {any} fixture @returns {{checked: number, wrong: string[]}} */
export function run(name, fixture) {
  const checks = RUNNERS[name](fixture);
  return { checked: checks.length, wrong: differences(checks) };
}
