"""The installation's own key: made once, and nobody else may read it."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from cryptography.fernet import Fernet

from vetrina.data_key import FILE, data_key


def test_it_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: data_key(tmp_path / "data"), range(8)))
    [key] = made
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"x")) == b"x"
    assert stat.S_IMODE((tmp_path / "data" / FILE).stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == [FILE]


def test_a_key_that_is_given_needs_no_file(tmp_path: Path) -> None:
    assert data_key(tmp_path, "given") == b"given"
    assert list(tmp_path.iterdir()) == []
