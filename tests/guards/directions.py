"""Who may import whom, and which folder a library lives in."""

LEAVES = (
    "__init__",
    "__version__",
    "backoff",
    "clock",
    "clock_discipline",
    "data_key",
    "encryption",
    "metrics",
    "supervisor",
)
PURE = ("domain", "protocol")
PORTS = (*PURE, "bus.port", "bus.rate_limits", "store.errors", "store.ports", *LEAVES)
DELIVERY = ("websocket", "realtime")
USE_CASES = (*PORTS, *DELIVERY, "connectors", "outbound", "live", "shop")

# Each unit of the package, and what it may import besides itself. One direction, top to bottom.
DIRECTIONS = {
    "domain": (),
    "protocol": ("domain",),
    "websocket": ("protocol", *LEAVES),
    "bus": (*PURE, *LEAVES),
    "store": (*PURE, *LEAVES),
    "connectors": (*PURE, *LEAVES),
    "realtime": (*PURE, "websocket", *LEAVES),
    "outbound": ("connectors", *LEAVES),
    "live": (*PORTS, "realtime", "connectors"),
    "shop": (*PORTS, "connectors"),
    "web": (*USE_CASES, "settings"),
    "app": (*USE_CASES, "settings", "web", "bus", "store"),
    "process": (*USE_CASES, "settings", "web", "app"),
    "cli": (*USE_CASES, "settings", "web", "bus", "store", "process"),
    "__main__": ("cli",),
    "settings": ("domain", "setting_values", *LEAVES),
    "setting_values": LEAVES,
    **dict.fromkeys(LEAVES, ()),
    "supervisor": ("backoff",),
    "clock": ("clock_discipline",),
    "encryption": ("data_key",),
}
HOMES = {
    "alembic": ("server/vetrina/store",),
    "asyncpg": ("server/vetrina/store",),
    "cryptography": (
        "server/vetrina/web/http/sealing.py",
        "server/vetrina/encryption.py",
    ),
    "defusedxml": ("server/vetrina/shop/imports",),
    "httpx": ("server/vetrina/outbound",),
    "markdown_it": ("server/vetrina/web/handbook",),
    "nh3": ("server/vetrina/connectors/rich_text.py",),
    "rcssmin": ("server/vetrina/web/assets",),
    "rjsmin": ("server/vetrina/web/assets",),
    "redis": ("server/vetrina/bus/redis", "server/vetrina/app.py"),
    "sqlalchemy": ("server/vetrina/store",),
    "sqlite3": ("server/vetrina/store",),
    "starlette": ("server/vetrina/web", "server/vetrina/app.py"),
    "stripe": (
        "server/vetrina/connectors/stripe",
        "server/vetrina/outbound/stripe.py",
        "server/vetrina/shop/payments",
    ),
}
_SHARED = ("static/js/shared", "static/js/client")
_STAGE = ("static/js/stage", "static/js/i18n", *_SHARED)
# The nearest row counts: a file's own before its folder's.
MODULES = {
    "static/js/pages/theme.js": (),
    "static/js/client": (),
    "static/js/i18n": (),
    "static/js/shared": ("static/js/client",),
    # The stage composes the graphics, and each graphic is made of parts of the stage.
    "static/js/stage/stage.js": (*_STAGE, "overlays"),
    "static/js/stage": ("static/js/i18n", *_SHARED),
    "static/js/viewer": _SHARED,
    "static/js/shop": ("static/js/i18n", *_SHARED),
    "static/js/control": ("static/js/i18n", *_SHARED),
    "static/js/pages/overlay.js": _STAGE,
    "static/js/pages/viewer.js": (
        *("static/js/viewer", "static/js/shop", "static/js/i18n"),
        *_SHARED,
    ),
    "static/js/pages/shop.js": ("static/js/shop", *_SHARED),
    "static/js/pages/product.js": ("static/js/shop", *_SHARED),
    "static/js/pages/checkout.js": _SHARED,
    "static/js/pages/order.js": _SHARED,
    "static/js/pages/control.js": ("static/js/control", *_SHARED),
    "static/js/pages/dock.js": ("static/js/control", *_SHARED),
    "static/js/pages/orders.js": ("static/js/control", *_SHARED),
    "overlays": _STAGE,
}
