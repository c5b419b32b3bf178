"""Stripe: Checkout Sessions, on its own page or in its frame on ours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from vetrina.clock import Clock
from vetrina.connectors.fields import read_as
from vetrina.connectors.port import BadPayload
from vetrina.connectors.stripe.amounts import minor_units, stripe_amount
from vetrina.connectors.stripe.payments import (
    API_VERSION,
    REFUND,
    OwnSessionBody,
    refund_state,
)
from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Adapter, Checkout
from vetrina.shop.payments.port import (
    Begun,
    BuyerDetails,
    Embedded,
    PaymentError,
    ProviderAway,
    ProviderRefused,
    Redirect,
    RefundStatus,
    ReturnUrls,
    SessionState,
    SessionStatus,
)
from vetrina.shop.payments.stripe_buyer import buyer_details
from vetrina.shop.payments.stripe_errors import is_kept_failure, stripe_errors
from vetrina.shop.payments.stripe_requests import (
    Mode,
    Params,
    coupon_params,
    refund_params,
    session_wish,
)

if TYPE_CHECKING:
    import stripe

Open = Callable[[], Awaitable["stripe.StripeClient"]]
Countries = Callable[[str | None], Awaitable[Sequence[str]]]
SCRIPT_PATH: Final = f"/{API_VERSION.rpartition('.')[2]}/stripe.js"
"""Of Stripe's script: its releases have the names of the versions that they go with."""
SCRIPT: Final = f"https://js.stripe.com{SCRIPT_PATH}"
ATTEMPTS: Final = 5
"""Idempotency keys for one wish: the next one where Stripe keeps a failure under the last."""
NOT_THERE: Final = 404


class StripePayments:
    """The port `Payments`.

    `countries` says where a market delivers to; `script` is Stripe's, for its frame. `test`: its
    key is of Stripe's test mode.
    """

    name: Adapter = "stripe"
    holds = True
    refunds = True

    def __init__(
        self,
        opened: Open,
        clock: Clock,
        countries: Countries,
        *,
        test: bool = False,
        mode: Mode = "hosted",
        publishable: str | None = None,
        script: str = SCRIPT,
    ) -> None:
        self._opened = opened
        self._clock = clock
        self._countries = countries
        self.test = test
        self._mode = mode
        self._publishable = publishable or ""
        self._script = script
        self._client: stripe.StripeClient | None = None

    async def begin(self, checkout: Checkout, urls: ReturnUrls) -> Begun:
        if checkout.test != self.test:
            raise ProviderRefused(
                "mode_changed",
                "The shop went from test payments to real ones, or back. Begin a new checkout.",
            )
        client = await self._stripe()
        countries = await self._countries(checkout.market)
        with stripe_errors():
            now = self._clock.now_ms()
            wish = session_wish(checkout, urls, self._mode, countries, now)
            if checkout.discount.amount:
                await self._put_coupon(client, checkout)
            session = await self._made(client, wish.key, wish.params)
            wanted = stripe_amount(checkout.total)
        if session.get("amount_total") != wanted:
            await self.expire(session["id"])
            raise ProviderRefused(
                "wrong_amount",
                f"Stripe would take {session.get('amount_total')}, and {wanted} was agreed.",
            )
        return self._begun(session)

    async def expire(self, session: str) -> SessionState:
        client = await self._stripe()
        from stripe import InvalidRequestError

        with stripe_errors():
            try:
                told = await client.v1.checkout.sessions.expire_async(session)
                return _read(told.to_dict()).state
            except InvalidRequestError as error:
                if error.http_status == NOT_THERE:
                    return "unknown"
        # It was over or paid already: it says itself how it stands.
        return (await self.status(session)).state

    async def status(self, session: str) -> SessionStatus:
        told = await self._session(session)
        if told is None:
            return SessionStatus("unknown")
        body = _read(told)
        amount = None
        if body.amount_total is not None and body.currency is not None:
            amount = minor_units(body.amount_total, body.currency)
        intent, payer = body.intent, body.customer_details
        return SessionStatus(
            body.state, intent.id if intent else None, amount, payer.email if payer else None
        )

    async def refund(self, payment: str, amount: Money, refund: str, reason: str) -> RefundStatus:
        client = await self._stripe()
        from stripe import InvalidRequestError, StripeError

        with stripe_errors():
            params = refund_params(payment, amount, refund, reason)
            for attempt in range(1, ATTEMPTS + 1):
                key = f"{refund}:{attempt}"
                try:
                    made = await client.v1.refunds.create_async(
                        params,  # type: ignore[arg-type]
                        {"idempotency_key": key},
                    )
                    return _refund(made.to_dict())
                except StripeError as error:
                    kept = is_kept_failure(error)
                    if not kept and not isinstance(error, InvalidRequestError):
                        raise
                    # A failure may have given the money back nevertheless.
                    found = await self._refund_of(client, payment, refund)
                    if found is not None:
                        return found
                    if not kept:
                        raise
        raise ProviderAway("Stripe failed each time that it was asked.")

    async def refund_status(self, provider_id: str) -> RefundStatus:
        client = await self._stripe()
        with stripe_errors():
            return _refund((await client.v1.refunds.retrieve_async(provider_id)).to_dict())

    async def buyer(self, session: str) -> BuyerDetails:
        told = await self._session(session)
        if told is None:
            raise ProviderRefused("unknown_session", "Stripe does not know this payment page.")
        return buyer_details(told)

    def _begun(self, session: dict[str, Any]) -> Begun:
        expires_at = int(session["expires_at"]) * 1000
        if self._mode == "embedded":
            secret = str(session["client_secret"])
            return Embedded(session["id"], secret, self._publishable, expires_at, self._script)
        return Redirect(str(session["url"]), session["id"], expires_at)

    async def _made(self, client: stripe.StripeClient, key: str, params: Params) -> dict[str, Any]:
        """The session; raises StripeError.

        A session that a failure hides is one that no buyer was sent to: it ends by itself. One that
        was asked for in other words, before the shop changed its settings, is ended by `Sessions`.
        """
        from stripe import IdempotencyError, StripeError

        for attempt in range(1, ATTEMPTS + 1):
            try:
                made = await client.v1.checkout.sessions.create_async(
                    params,  # type: ignore[arg-type]
                    {"idempotency_key": f"{key}:{attempt}"},
                )
                return made.to_dict()
            except IdempotencyError as error:
                if error.http_status != 400:
                    raise
            except StripeError as error:
                if not is_kept_failure(error):
                    raise
        raise ProviderAway("Stripe failed each time that it was asked.")

    async def _put_coupon(self, client: stripe.StripeClient, checkout: Checkout) -> None:
        from stripe import InvalidRequestError

        try:
            await client.v1.coupons.create_async(coupon_params(checkout))  # type: ignore[arg-type]
        except InvalidRequestError as error:
            if error.code != "resource_already_exists":
                raise

    async def _session(self, session: str) -> dict[str, Any] | None:
        client = await self._stripe()
        from stripe import InvalidRequestError

        with stripe_errors():
            try:
                told = await client.v1.checkout.sessions.retrieve_async(
                    session, {"expand": ["payment_intent"]}
                )
            except InvalidRequestError as error:
                if error.http_status == NOT_THERE:
                    return None
                raise
            return told.to_dict()

    async def _refund_of(
        self, client: stripe.StripeClient, payment: str, refund: str
    ) -> RefundStatus | None:
        listed = await client.v1.refunds.list_async({"payment_intent": payment, "limit": 100})
        for one in listed.to_dict()["data"]:
            if (one.get("metadata") or {}).get(REFUND) == refund:
                return _refund(one)
        return None

    async def _stripe(self) -> stripe.StripeClient:
        if self._client is None:
            self._client = await self._opened()
        return self._client


def _read(told: dict[str, Any]) -> OwnSessionBody:
    try:
        return read_as(OwnSessionBody, told)
    except BadPayload as error:
        raise PaymentError(f"Stripe's answer cannot be read: {error}") from None


def _refund(told: dict[str, Any]) -> RefundStatus:
    return RefundStatus(str(told["id"]), refund_state(told.get("status")))
