import pytest

from vetrina.web.http.etags import matches


@pytest.mark.parametrize(
    ("header", "same"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ("*", True),
        ('"ab"', False),
        ("abc", False),
        ("", False),
        (None, False),
    ],
)
def test_tags_compare_weakly(header, same):
    assert matches(header, '"abc"') is same
    assert matches(header, 'W/"abc"') is same
