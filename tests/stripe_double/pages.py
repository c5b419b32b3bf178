"""What buyers see of Stripe: the hosted page, the embedded one, and the script for it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from tests.stripe_double import money
from tests.stripe_double.account import Account, Refusal, Thing

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Pay</title>
<meta name="viewport" content="width=device-width"><h1>{title}</h1>{body}</html>"""
FORM = """<ul>{lines}</ul><p id="total">Total {total} {currency}</p>
<form method="post" action="{action}">
<label>Email <input name="email" type="email" value="giulia@example.com" required></label>
<label>Name <input name="name" value="Giulia Rossi" required></label>
<button name="how" value="card">Pay</button>
<button name="how" value="bank">Pay by bank debit</button></form>{cancel}"""
SCRIPT = """(() => {
  const { origin, pathname } = new URL(document.currentScript.src);
  const renamed = () => { throw new Error("IntegrationError: createEmbeddedCheckoutPage"); };
  const embedded = async (options) => {
    const secret = options.clientSecret ?? (await options.fetchClientSecret());
    const frame = document.createElement("iframe");
    frame.title = "Payment";
    frame.src = `${origin}/embedded/${encodeURIComponent(secret)}`;
    frame.setAttribute("width", "100%");
    frame.setAttribute("height", "600");
    const heard = (event) => {
      if (event.origin !== origin || event.source !== frame.contentWindow) return;
      if (options.onComplete && !event.data.to) options.onComplete();
      if (event.data.to) location.assign(event.data.to);
    };
    window.addEventListener("message", heard);
    const gone = () => { window.removeEventListener("message", heard); frame.remove(); };
    return {
      mount: (where) => {
        const place = typeof where === "string" ? document.querySelector(where) : where;
        place.append(frame);
      },
      unmount: gone,
      destroy: gone,
    };
  };
  window.Stripe = (key) => {
    if (!/^pk_/.test(key)) throw new Error("Stripe: a publishable key begins with pk_");
    // The old name is an error since dahlia, and the new one is not there in v3.
    if (pathname.startsWith("/v3")) return { initEmbeddedCheckout: embedded };
    return { initEmbeddedCheckout: renamed, createEmbeddedCheckoutPage: embedded };
  };
})();
"""
LEAVE = """<!doctype html><title>Paid</title><p>Paid.</p><script>
parent.postMessage({{to: {to}}}, "*");</script>"""


class Pages:
    """The pages of an account."""

    def __init__(self, account: Account) -> None:
        self.account = account

    async def hosted(self, request: Request) -> Response:
        """The page that a session's address leads to."""
        id = request.path_params["id"]
        if request.method == "POST":
            return await self._paid(request, id)
        return self._form(id, request.url.path)

    async def embedded(self, request: Request) -> Response:
        """The same in a frame, by the client secret."""
        id = request.path_params["secret"].partition("_secret")[0]
        session = self.account.sessions.get(id)
        if session is None or session["client_secret"] != request.path_params["secret"]:
            return _page("Something went wrong", "", 404)
        if request.method == "POST":
            return await self._paid(request, id)
        return self._form(id, request.url.path)

    async def script(self, _: Request) -> Response:
        """What stands in for Stripe.js."""
        return Response(SCRIPT, media_type="text/javascript")

    def _form(self, id: str, action: str) -> Response:
        with self.account.lock:
            self.account.sweep()
            session = self.account.sessions.get(id)
        if session is None or session["status"] == "expired":
            return _page("This page has expired", "<p>Please go back to the shop.</p>", 410)
        if session["status"] == "complete":
            return _page("You have already paid", "", 200)
        lines = "".join(
            f"<li>{line['quantity']} x {html.escape(line['description'])}: "
            f"{line['amount_total']}</li>"
            for line in self.account.lines[id]
        )
        cancel = session["cancel_url"]
        link = f'<a href="{html.escape(cancel)}">Cancel</a>' if cancel else ""
        body = FORM.format(
            lines=lines,
            total=session["amount_total"],
            currency=session["currency"].upper(),
            action=html.escape(action),
            cancel=link,
        )
        return _page("Pay with the stand-in of Stripe", body)

    async def _paid(self, request: Request, id: str) -> Response:
        given = parse_qs((await request.body()).decode())
        payer = money.Payer(
            given.get("name", ["Giulia Rossi"])[0], given.get("email", ["giulia@example.com"])[0]
        )
        try:
            session = money.pay(self.account, id, payer, later=given.get("how") == ["bank"])
        except Refusal as error:
            return _page("This page has expired", f"<p>{html.escape(str(error))}</p>", 410)
        to = _back(session)
        if session["ui_mode"] == "hosted_page":
            return RedirectResponse(to, 303)
        return HTMLResponse(LEAVE.format(to=_script_text(to)))


def page_routes(account: Account) -> Sequence[Route]:
    """The routes of all pages."""
    pages = Pages(account)
    return (
        Route("/c/pay/{id}", pages.hosted, methods=["GET", "POST"]),
        Route("/embedded/{secret}", pages.embedded, methods=["GET", "POST"]),
        *(Route(path, pages.script) for path in ("/v3", "/v3/", "/{name}/stripe.js")),
    )


def _back(session: Thing) -> str:
    to = session["success_url"] or session["return_url"]
    return str(to).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _script_text(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\u003c") + '"'


def _page(title: str, body: str, status: int = 200) -> Response:
    return HTMLResponse(PAGE.format(title=html.escape(title), body=body), status)
