/**
 * A refusal in plain words: the catalogue's sentence for its code, else the server's own.
 *
 * @param {(key: string, values?: Record<string, any>) => string} t
 * @param {any} problem  a Problem of live/api.js
 */
export function problemText(t, problem) {
  const key = `problem.${problem.code}`;
  const text = problem.code ? t(key) : key;
  if (text !== key) return text;
  return problem.detail || problem.title || problem.message || t("problem.unknown");
}

/**
 * The messages of an invalid body by the first part of the field's name: "price.amount" → "price".
 *
 * @param {any} problem
 * @returns {Map<string, string>}
 */
export function fieldErrors(problem) {
  const byField = new Map();
  for (const { field, message } of problem.errors ?? []) {
    const parts = String(field).split(/[.[\]]+/).filter((part) => part && !/^\d+$/.test(part));
    for (const part of parts) if (!byField.has(part)) byField.set(part, message);
  }
  return byField;
}
