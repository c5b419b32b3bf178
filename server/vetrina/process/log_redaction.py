"""Log redaction: keys stay out of logs, wherever a library may have put them."""

from __future__ import annotations

import logging
import re
from typing import Any

# At the start of a word, or after an escaped sign as in %2Foverlay%2Fovl_….
_SECRETS = re.compile(
    r"(?:(?<![A-Za-z0-9_])|(?<=%[0-9A-Fa-f]{2}))"
    r"(?:(ctl_|ovl_|hook_|ck_|[rs]k_(?:live|test)_)[A-Za-z0-9_-]{6,}|(whsec_)[A-Za-z0-9+/=]{6,})"
)


def redacted(text: str) -> str:
    """The text with every key cut down to its prefix: `/overlay/ovl_…`."""
    return _SECRETS.sub(lambda match: f"{match[1] or match[2]}…", text)


class Redaction(logging.Filter):
    """Put this on every handler: a filter of a logger does not see what its children log.

        for handler in logging.getLogger().handlers:
            handler.addFilter(Redaction())

    Tracebacks are redacted too: a message of some library may quote an address.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record pass, changed where needed."""
        record.msg = redacted(str(record.msg)) if _may_hold(record.msg) else record.msg
        if isinstance(record.args, dict):
            record.args = {name: _clean(value) for name, value in record.args.items()}
        elif record.args:
            record.args = tuple(_clean(value) for value in record.args)
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        return True


def _may_hold(value: Any) -> bool:
    return not isinstance(value, int | float | bool | None)


def _clean(value: Any) -> Any:
    """Numbers stay numbers, for `%d`; the rest becomes text when there is a key in it."""
    if not _may_hold(value):
        return value
    text = str(value)
    clean = redacted(text)
    return value if clean == text else clean
