"""What systems and editors leave in folders may be committed: it is neither told nor published."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from tests.content.base.test_ignored_files import LEFT, leave
from tests.publishing.place import Place


@pytest.mark.some_cases(0)
def test_a_push_with_ignored_files_is_published_without_them(place: Place) -> None:
    leave(place.work / "content")
    place.brand(1)
    pushed = place.push()
    assert pushed.code == 0, pushed.told
    assert place.brands() == {"Giro 001"}
    assert "DS_Store" not in pushed.told
    served = {path.name for path in place.server.current.rglob("*")}
    assert not served & {PurePath(name).name for name in LEFT if name != "images/__MACOSX/scrivania.svg"}
