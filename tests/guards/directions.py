"""Who may import whom, and which folder a library lives in."""

LEAVES = ("__init__", "__version__", "assets_root", "clock", "descriptors", "metrics", "supervisor")
PURE = ("domain", "protocol")
STORE_PORTS = (
    "store.access",
    "store.base",
    "store.leasing",
    "store.matching",
    "store.polling",
)
PORTS = (*PURE, "bus.base", "bus.rates", *STORE_PORTS, *LEAVES)
USE_CASES = (*PORTS, "realtime", "connectors", "shows")

# Each unit of the package, and what it may import besides itself. One direction, top to bottom.
DIRECTIONS = {
    "domain": (),
    "protocol": ("domain",),
    "bus": (*PURE, *LEAVES),
    "store": (*PURE, *LEAVES),
    "realtime": (*PURE, *LEAVES),
    "connectors": (*PURE, *LEAVES),
    "outbound": (*PURE, *LEAVES, "connectors"),
    "shows": (*PORTS, "realtime", "connectors"),
    "web": (*USE_CASES, "settings"),
    "app": (*USE_CASES, "settings", "web", "bus", "store", "outbound", "place", "siblings"),
    "ending": (),
    "exposition": (),
    "tether": (),
    "siblings": ("exposition", *LEAVES),
    "place": ("tether",),
    "listening": ("realtime",),
    "valkey": (),
    "welcoming": ("app", "listening", "shows", *LEAVES),
    "serving": (
        *USE_CASES,
        "settings",
        "web",
        "app",
        "ending",
        "listening",
        "place",
        "tether",
        "welcoming",
    ),
    "worker": ("bus.base", "listening", "place", "serving", "settings", "store.base", "tether"),
    "worker_process": ("tether",),
    "workers": (
        "app",
        "listening",
        "realtime",
        "serving",
        "settings",
        "tether",
        "valkey",
        "worker_process",
    ),
    "findings": ("store.base", "store.polling"),
    "operating": (*PORTS, "settings", "web", "store", "bus", "findings"),
    "moving": ("settings", "store"),
    "progress": (),
    "replaying": (*PORTS, "settings", "connectors", "operating"),
    "cli": (
        *LEAVES,
        "bus.base",
        "settings",
        "store.base",
        "moving",
        "operating",
        "progress",
        "listening",
        "serving",
        "workers",
        "replaying",
        "connectors.conformance",
    ),
    "__main__": ("cli",),
    "settings": ("domain", *LEAVES),
    **dict.fromkeys(LEAVES, ()),
}
HOMES = {
    "alembic": ("server/store",),
    "asyncpg": ("server/store",),
    "httpx": ("server/outbound",),
    "redis": ("server/bus/redis", "server/app.py"),
    "sqlalchemy": ("server/store",),
    "sqlite3": ("server/store",),
    "starlette": ("server/web", "server/app.py"),
    "stripe": ("server/connectors/stripe.py", "server/outbound/stripe.py"),
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
    "static/js/control": ("static/js/i18n", *_SHARED),
    "static/js/pages/overlay.js": _STAGE,
    "static/js/pages/viewer.js": ("static/js/viewer", "static/js/i18n", *_SHARED),
    "static/js/pages/control.js": ("static/js/control", *_SHARED),
    "static/js/pages/dock.js": ("static/js/control", *_SHARED),
    "overlays": _STAGE,
}
