/** `/orders/{token}`: looks again while it is open, and shows what is new. */

const SOON_MS = 2_000;
const LATER_MS = 20_000;

/** @param {{etag: string, waits: boolean}} data */
async function follow({ etag, waits }) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, waits ? SOON_MS : LATER_MS));
    if (document.hidden) continue;
    const headers = { Accept: "application/json", "If-None-Match": etag };
    const answer = await fetch(location.pathname, { headers, cache: "no-store" }).catch(() => null);
    if (answer?.ok) return location.reload();
  }
}

void follow(JSON.parse(document.getElementById("page-data").textContent));
