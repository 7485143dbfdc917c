"""The published site and a live endpoint, behind each of the web servers that the project has a configuration for."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.booking.processes import serving
from tests.building import CONTENT, build
from tests.deploy.servers import caddy, free_port, nginx
from tests.soak import soak_count

MINE = "127.0.0.1"
# Images take minutes to build, and the recipes want programs that nothing else does: `make soak` alone has them.
collect_ignore = [] if soak_count(0, 1) else ["test_containers.py", "test_copies_elsewhere.py"]


@dataclass(frozen=True)
class Front:
    """A web server in front of the endpoint, and another in front of one that is gone."""

    name: str
    address: str
    down: str
    site: Path
    context: ssl.SSLContext | bool

    def client(self, source: str = MINE) -> httpx.Client:
        """A client that comes from an address of the loopback."""
        transport = httpx.HTTPTransport(verify=self.context, local_address=source)
        return httpx.Client(base_url=self.address, transport=transport, timeout=30)


@pytest.fixture(scope="session")
def port() -> int:
    """Where nginx will listen; the published pages name it."""
    return free_port()


@pytest.fixture(scope="session")
def published(port: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published site."""
    folder = tmp_path_factory.mktemp("published")
    done = build(CONTENT, folder, "publishconf.py", "-e", f'SITEURL="https://{MINE}:{port}"')
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session", params=["nginx", "caddy"])
def front(
    request: pytest.FixtureRequest, port: int, published: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Front]:
    """Each of them in turn."""
    folder, gone = tmp_path_factory.mktemp("front"), tmp_path_factory.mktemp("gone")
    run: Callable[[Path, Path, int, str], AbstractContextManager[None]] = nginx if request.param == "nginx" else caddy
    mine, other = (port if request.param == "nginx" else free_port()), free_port()
    scheme = "https" if request.param == "nginx" else "http"
    address = f"{scheme}://{MINE}:{mine}"
    with serving(
        BOOKING_DATABASE_URL=f"sqlite:///{folder}/booking.db",
        BOOKING_CONTENT=str(CONTENT),
        BOOKING_SITE_URL=address,
        BOOKING_SECRET_KEY="k" * 32,
        BOOKING_TRUSTED_PROXIES=MINE,
        BOOKING_RATE_LIMIT="3/hour",
    ) as process:
        place = process.address.partition("://")[2]
        with run(folder, published, mine, place), run(gone, published, other, f"{MINE}:{free_port()}"):
            context: ssl.SSLContext | bool = True
            if scheme == "https":
                context = ssl.create_default_context(cafile=folder / "fullchain.pem")
                context.load_verify_locations(gone / "fullchain.pem")
            yield Front(request.param, address, f"{scheme}://{MINE}:{other}", published, context)
