import pytest
from starlette.requests import Request

from vetrina.web.http.accept_language import language_of


def asked(accept: str = "", query: str = "") -> str:
    return language_of(
        Request(
            {
                "type": "http",
                "query_string": query.encode(),
                "headers": [(b"accept-language", accept.encode())],
            }
        )
    )


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "en"),
        ("it-IT,it;q=0.9,en;q=0.8", "it-IT"),
        ("en;q=0.5, de ;q=0.7", "de"),
        ("*", "en"),
        ("fr;q=0, it;q=0.1", "it"),
        ("zh-Hant-TW", "en"),
        ("pt-BR, pt;q=0.9, es-MX;q=0.8, en;q=0.7", "es-MX"),
        ("fr-CA", "fr-CA"),
        ('it"><script>', "en"),
        ("it;q=x", "en"),
        (",;,;q", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_what_the_browser_likes_best(accept, language):
    assert asked(accept) == language


def test_the_parameter_decides():
    assert asked("de", "lang=it") == "it"
    assert asked("de", "lang=../x") == "de"
    assert asked("de", "lang=pt") == "de"
