"""An address that visitors know is not lost by a rename, a deletion or a change of mind."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from plugins.publishing.__main__ import main
from plugins.publishing.checks.check import check
from tests.building import CONTENT, edit
from tests.publishing.place import POST, Place

DAY = date(2026, 12, 1)
NAME = POST.name
ADDRESS = "blog/cosa-delegare-per-primo/"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def told(content: Path) -> list[str]:
    """What is said of addresses that disappear, against the sample content."""
    return [str(fault) for fault in check(content, CONTENT, DAY).errors if "sparirebbe" in fault.what]


def test_content_that_keeps_its_addresses_is_not_complained_of(content: Path) -> None:
    assert told(content) == []


def test_changed_slug_is_an_error_until_its_address_is_aliased(content: Path) -> None:
    post = content / "blog" / NAME
    edit(post, "slug: cosa-delegare-per-primo", "slug: che-cosa-delegare-per-primo")
    line = post.read_text(encoding="utf-8").splitlines().index("slug: che-cosa-delegare-per-primo") + 1
    assert told(content) == [
        f"blog/{NAME}:{line} — L’indirizzo /{ADDRESS} è pubblicato, e così sparirebbe. "
        f"Lascialo alla pagina che ne prende il posto. Esempio: aliases: [/{ADDRESS}]"
    ]
    edit(post, "slug: che", f"aliases: [/{ADDRESS}]\nslug: che")
    assert told(content) == []


def forget(file: Path) -> None:
    file.unlink()


def draft(file: Path) -> None:
    edit(file, "---\n", "---\nstatus: draft\n")


def postpone(file: Path) -> None:
    edit(file, "date: 2026", "date: 2926")


@pytest.mark.parametrize("change", [forget, draft])
def test_a_post_that_goes_leaves_its_address_to_another_page(content: Path, change: Callable[[Path], None]) -> None:
    change(content / "blog" / NAME)
    assert len(told(content)) == 1
    edit(content / "pages" / "blog.md", "---\n", f"---\naliases: [/{ADDRESS.rstrip('/')}]\n")
    assert told(content) == []


def test_a_post_that_is_put_off_comes_back_by_itself(content: Path) -> None:
    postpone(content / "blog" / NAME)
    assert told(content) == []


def test_removed_service_area_and_alias_addresses_are_errors(content: Path) -> None:
    before = content.with_name("before")
    edit(content / "pages" / "blog.md", "---\n", "---\naliases: [/diario/]\n")
    shutil.copytree(content, before)
    edit(content / "pages" / "blog.md", "aliases: [/diario/]\n", "")
    (content / "services" / "micro").rename(content / "services" / "ufficio")
    found = [fault.what for fault in check(content, before, DAY).errors if "sparirebbe" in fault.what]
    gone = {what.split(" ")[1] for what in found}
    assert {"/diario/", "/servizi/micro/", "/servizi/micro/posta-e-telefono/"} <= gone
    assert len(gone) == 5


def test_unpublished_posts_may_be_removed(content: Path) -> None:
    before = content.with_name("before")
    draft(content / "blog" / NAME)
    postpone(content / "blog" / "passare-le-consegne.md")
    shutil.copytree(content, before)
    (content / "blog" / NAME).unlink()
    (content / "blog" / "passare-le-consegne.md").unlink()
    assert [fault for fault in check(content, before, DAY).errors if "sparirebbe" in fault.what] == []


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=Bice", "-c", "user.email=bice@example.org"]
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


def test_check_compares_with_the_pushed_branch_or_a_given_commit(
    content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, far = content.parent, content.with_name("far.git")
    git(folder, "init", "--quiet", "--bare", str(far))
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "content")
    git(folder, "commit", "--quiet", "--message", "Tutto")
    (content / "blog" / NAME).write_text(
        (content / "blog" / NAME).read_text(encoding="utf-8").replace("slug: cosa", "slug: che-cosa"), encoding="utf-8"
    )
    # Nothing was pushed yet: nothing can disappear.
    assert main(["check", "--content", str(content)]) == 0
    git(folder, "push", "--quiet", "--set-upstream", str(far), "main")
    git(folder, "remote", "add", "sito", str(far))
    git(folder, "fetch", "--quiet", "sito")
    git(folder, "branch", "--quiet", "--set-upstream-to=sito/main")
    capsys.readouterr()
    assert main(["check", "--content", str(content)]) == 1
    assert f"/{ADDRESS} è pubblicato" in capsys.readouterr().out
    git(folder, "commit", "--quiet", "--all", "--message", "Altro indirizzo")
    assert main(["check", "--content", str(content), "--since", "HEAD"]) == 0
    assert main(["check", "--content", str(content), "--since", "HEAD~1"]) == 1
    assert main(["check", "--content", str(content), "--since", "0" * 40]) == 0


def test_content_outside_of_any_repository_is_checked_as_it_is(content: Path) -> None:
    assert main(["check", "--content", str(content)]) == 0


@pytest.mark.some_cases(0)
def test_push_losing_an_address_is_refused_until_it_is_aliased(place: Place) -> None:
    before = place.standing()
    place.edit(POST, "slug: cosa", "slug: che-cosa")
    pushed = place.push()
    assert pushed.code == 1
    assert f"{POST.as_posix()}:" in pushed.told
    assert f"/{ADDRESS} è pubblicato, e così sparirebbe" in pushed.told
    assert place.standing() == before
    place.edit(POST, "slug: che", f"aliases: [/{ADDRESS}]\nslug: che")
    pushed = place.push()
    assert pushed.code == 0, pushed.told
    assert "che-cosa-delegare-per-primo/" in place.page(ADDRESS)
