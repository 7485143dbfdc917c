"""What the tests of the endpoint share: both databases, and an endpoint over a small office."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from zlib import crc32

import pytest
from jinja2 import Environment
from sqlalchemy import Engine, make_url

from plugins.booking.storage.engine import open_engine
from plugins.booking.web import rendering
from plugins.booking.web.page_styles import Styles
from plugins.content.templates.template_translation import CompiledTemplates
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.migrated import give_back, lay_out, postgres_database
from tests.booking.office import write_content
from tests.booking.postgres import Postgres, running_postgres
from tests.soak import soak_count

_OVER_THE_SERVICE = {Path(__file__).parent / room for room in ("agenda", "calendars", "jobs", "mail", "oauth", "web")}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Try what stands on the service on one of the two databases, half on each; `make soak` tries all on both.

    What reads and writes the database for it is proven on both each time: `storage`, `service` and `backups`.
    """
    other = [item for item in items if not _OVER_THE_SERVICE.isdisjoint(item.path.parents) and _is_on_the_other(item)]
    if soak_count(0, 1):
        for item in other:
            item.add_marker("soak")
        return
    config.hook.pytest_deselected(items=other)
    left_out = set(other)
    items[:] = [item for item in items if item not in left_out]


def _is_on_the_other(item: pytest.Item) -> bool:
    spec = getattr(item, "callspec", None)
    engine = spec.params.get("database_url") if spec else None
    of_both = item.nodeid.replace("postgresql", "sqlite")
    return engine is not None and (engine == "sqlite") == bool(crc32(of_both.encode()) % 2)


@pytest.fixture(scope="session", autouse=True)
def _theme_is_prepared_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each test has an endpoint of its own, and half of its time would go into templates and styles as they stand."""
    compiled = CompiledTemplates(str(tmp_path_factory.mktemp("templates")), code="")
    shipped = cache(partial(Styles, rendering.THEME))

    def styles(theme: Path, path: str) -> Styles:
        return shipped(path) if theme == rendering.THEME else Styles(theme, path)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rendering, "Environment", partial(Environment, bytecode_cache=compiled))
        patched.setattr(rendering, "Styles", styles)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for all tests."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def unmigrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables, once on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/booking.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    address = server.database()
    yield address
    server.drop(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with the present schema and no row, once on each engine."""
    if request.param == "sqlite":
        address = f"sqlite:///{tmp_path}/booking.db"
        lay_out(make_url(address))
        yield address
        return
    server: Postgres = request.getfixturevalue("postgres")
    address = postgres_database(server)
    yield address
    give_back(server, address)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database with the present schema."""
    opened = open_engine(make_url(database_url))
    yield opened
    opened.dispose()


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A small office."""
    return write_content(tmp_path / "content")


@pytest.fixture
def desk(content: Path, tmp_path: Path) -> Iterator[Endpoint]:
    """An endpoint over the small office, on SQLite."""
    with endpoint(content, f"sqlite:///{tmp_path}/booking.db") as running:
        yield running
