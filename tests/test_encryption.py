"""Keys of an installation: the newest encrypts, each of them decrypts."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from vetrina.data_key import FILE, data_key, new_key
from vetrina.encryption import Cipher, WrongKey


def test_what_was_encrypted_before_a_key_was_added_can_be_read(tmp_path: Path) -> None:
    cipher, running = Cipher(tmp_path), Cipher(tmp_path)
    cipher.prepare()
    before = running.encrypt(b"old")
    first = data_key(tmp_path)
    cipher.add_key()
    assert data_key(tmp_path) != first
    assert running.decrypt(before) == b"old"
    assert running.decrypt(cipher.encrypt(b"new")) == b"new", "without a restart"
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_given_keys_need_no_file(tmp_path: Path) -> None:
    old, new = new_key().decode(), new_key().decode()
    before = Cipher(tmp_path, old).encrypt(b"x")
    both = Cipher(tmp_path, f"{new}, {old}")
    assert both.decrypt(before) == b"x"
    assert Cipher(tmp_path, new).decrypt(both.encrypt(b"y")) == b"y"
    both.prepare()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("kept", "told"),
    [(None, "there is no"), ("", "is no key"), ("nonsense", "is no key"), ("\udc80", "be read")],
)
def test_a_file_without_a_key_is_named(tmp_path: Path, kept: str | None, told: str) -> None:
    if kept is not None:
        (tmp_path / FILE).write_bytes(kept.encode("utf-8", "surrogateescape"))
    with pytest.raises(WrongKey, match=told) as raised:
        Cipher(tmp_path).encrypt(b"x")
    assert FILE in str(raised.value)
