"""What was made is made once, and never believed when it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.media.image_cache import Made, Store, key_of
from plugins.media.parallel_jobs import make

MADE = Made({"a.webp": b"one", "b.avif": b"two"}, {"width": 3})


def test_what_is_put_is_found_again_and_nothing_else(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert store.get("key") is None
    store.put("key", MADE)
    assert store.get("key") == MADE
    assert store.get("other") is None
    assert [path.name for path in store.folder.iterdir()] == ["key"]


@pytest.mark.parametrize("damage", [b"on", b"", None])
def test_a_damaged_thing_is_made_again(tmp_path: Path, damage: bytes | None) -> None:
    store = Store(tmp_path)
    store.put("key", MADE)
    if damage is None:
        (tmp_path / "key" / "a.webp").unlink()
    else:
        (tmp_path / "key" / "a.webp").write_bytes(damage)
    assert store.get("key") is None
    store.put("key", MADE)
    assert store.get("key") == MADE


def test_a_key_changes_with_the_recipe_and_with_each_part() -> None:
    keys = {key_of("a", b"x"), key_of("b", b"x"), key_of("a", b"y"), key_of("a", b"x", b""), key_of("a", b"", b"x")}
    assert len(keys) == 5


def test_only_what_is_not_kept_is_made_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked: list[str] = []

    def order(key: str) -> Made:
        asked.append(key)
        return MADE

    store = Store(tmp_path)
    orders = {key: (f"{key}.jpg", lambda key=key: order(key)) for key in ("uno", "due")}
    assert make(store, {"uno": orders["uno"]}, "Immagine %(number)s di %(total)s: %(name)s") == {"uno": MADE}
    assert capsys.readouterr().out == "Immagine 1 di 1: uno.jpg\n"
    assert make(store, orders, "Immagine %(number)s di %(total)s: %(name)s") == {"uno": MADE, "due": MADE}
    assert capsys.readouterr().out == "Immagine 1 di 1: due.jpg\n"
    assert make(store, orders, "Immagine %(number)s di %(total)s: %(name)s") == {"uno": MADE, "due": MADE}
    assert capsys.readouterr().out == ""
    assert asked == ["uno", "due"]
