"""What is told of a product's safety."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.errors import InvalidValue

GOOD = {"maker": "Giulia", "address": "Via 4, Faenza", "contact": "ciao@giulia.example"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("maker", " "),
        ("maker", "x" * 121),
        ("address", ""),
        ("contact", ""),
        ("contact", "giulia.example"),
        ("contact", "a@b"),
        ("contact", "a@b..example"),
        ("contact", "a@b.example?bcc=c@d.example"),
        ("contact", "http://giulia.example"),
        ("contact", "https://"),
        ("contact", "javascript:alert(1)"),
        ("contact", "a\n@b.example"),
        ("contact", "a" * 250 + "@b.example"),
        ("responsible", "x" * 601),
        ("warnings", "x" * 2001),
    ],
)
def test_what_does_not_fit_is_named(field, value):
    with pytest.raises(InvalidValue) as refused:
        Safety(**{**GOOD, field: value})
    assert refused.value.field == f"safety.{field}"


def test_a_contact_is_a_link():
    assert Safety(**GOOD).contact_link == "mailto:ciao@giulia.example"
    site = "https://giulia.example/contact"
    assert Safety(**{**GOOD, "contact": site}).contact_link == site


@given(st.text(max_size=40))
def test_no_contact_leads_anywhere_else(contact):
    try:
        link = Safety(**{**GOOD, "contact": contact}).contact_link
    except InvalidValue:
        return
    assert link.startswith(("https://", "mailto:"))
    assert not set(link) & set(" \"'<>\\\n")
    assert link.startswith("https://") or not set(link) & set("?&")
