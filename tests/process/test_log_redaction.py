import io
import logging

import pytest

from vetrina.process.log_redaction import Redaction, redacted
from vetrina.web.http.auth import mint


def logged(write) -> str:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(Redaction())
    logger = logging.getLogger("tests.redaction")
    logger.propagate = False
    logger.addHandler(handler)
    try:
        write(logger)
    finally:
        logger.removeHandler(handler)
    return out.getvalue()


@pytest.mark.parametrize("role", ["control", "overlay", "hook"])
def test_an_access_log_holds_no_key(role):
    secret = mint(role)
    form = '%s - "%s %s HTTP/%s" %d'
    told = logged(
        lambda log: log.warning(form, "1.2.3.4", "GET", f"/overlay/{secret}/pin?x=1", "1.1", 200)
    )
    prefix = secret.partition("_")[0]
    assert told == f'1.2.3.4 - "GET /overlay/{prefix}_…/pin?x=1 HTTP/1.1" 200\n'


def test_keys_in_texts_dicts_and_objects():
    secret = mint("control")

    class Odd:
        def __str__(self) -> str:
            return f"<{secret}>"

    for write in (
        lambda log: log.warning(secret),
        lambda log: log.warning("%(a)s", {"a": secret}),
        lambda log: log.warning("%s", Odd()),
        lambda log: log.warning(Odd()),
        lambda log: log.warning("%s", [secret]),
    ):
        told = logged(write)
        assert "ctl_…" in told
        assert secret not in told


def test_a_traceback_holds_no_key():
    secret = mint("overlay")

    def write(log):
        try:
            raise ValueError(f"bad address /overlay/{secret}")
        except ValueError:
            log.exception("failed")

    told = logged(write)
    assert "ValueError: bad address /overlay/ovl_…" in told
    assert secret not in told


def test_what_holds_no_key_stays_as_it_is():
    assert logged(lambda log: log.warning("%5.1f %d %s", 1.25, 7, None)) == "  1.2 7 None\n"
    for text in ("ctl_ and hook_x are prefixes", "vetrina_webhook_deliveries_total"):
        assert redacted(text) == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("?next=%2foverlay%2fovl_abcdefgh", "?next=%2foverlay%2fovl_…"),
        ("ovl_abcdefgh,ctl_abcdefgh", "ovl_…,ctl_…"),
        ("whsec_QUJDREVGR0g+/w== was", "whsec_… was"),
    ],
)
def test_keys_in_odd_places(text, clean):
    assert redacted(text) == clean


@pytest.mark.parametrize("prefix", ["sk_test_", "sk_live_", "rk_test_", "rk_live_"])
def test_keys_of_a_payment_provider_stay_out_too(prefix):
    assert redacted(f"Bearer {prefix}of_the_tests, asked") == f"Bearer {prefix}…, asked"
