/**
 * The path below which the server is, without a slash at its end: empty at the top of a site. Known
 * from where this very file lies, so no page has to tell it.
 */
export const ROOT = new URL("../../..", import.meta.url).pathname.replace(/\/$/, "");
