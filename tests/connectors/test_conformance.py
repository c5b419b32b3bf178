"""Every signature that others made and every documented delivery, on every connector."""

from __future__ import annotations

import pytest

from vetrina.connectors import CONNECTORS
from vetrina.connectors.conformance import check_all
from vetrina.connectors.samples import samples, vectors

FINDINGS = list(check_all())


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda f: f"{f.kind} {f.name}")
def test_the_connectors_do_what_their_providers_document(finding) -> None:
    assert finding.wrong is None


def test_every_provider_has_its_vector_and_its_cases() -> None:
    assert {vector.kind for vector in vectors()} == set(CONNECTORS) - {"fourthwall"}
    for kind in set(CONNECTORS) - {"generic"}:
        names = {sample.name for sample in samples(kind)}
        assert {"paid", "huge_id"} <= names
        assert names & {"pending", "donation"}
        assert names & {"refunded", "cancelled"}
        if kind != "tiktok":
            assert {"unicode", "jpy"} <= names


def test_a_wrong_connector_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    shopify = CONNECTORS["shopify"]
    monkeypatch.setattr(type(shopify), "verify", lambda *_: None)
    wrong = {finding.name for finding in check_all() if finding.wrong}
    assert "paid: forged and refused" in wrong
    assert "signature: made with another implementation" in wrong
