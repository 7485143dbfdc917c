"""sabre/dav, from Debian's package, with its example of a calendar server on SQLite, and HTTP Basic."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from pathlib import Path

from tests.booking.calendars.servers.account import PASSWORD, USER, Account, Running, Server
from tests.booking.calendars.servers.processes import answers, free_port, needs, process

_LIBRARY = "/usr/share/php/Sabre/autoload.php"
_SERVER = f"""<?php
date_default_timezone_set('UTC');
error_reporting(E_ALL & ~E_DEPRECATED & ~E_STRICT);
ini_set('display_errors', '0');
require_once '{_LIBRARY}';
class OneUser extends \\Sabre\\DAV\\Auth\\Backend\\AbstractBasic {{
    protected function validateUserPass($user, $password) {{
        return $user === '{USER}' && $password === '{PASSWORD}';
    }}
}}
$pdo = new \\PDO('sqlite:' . __DIR__ . '/db.sqlite');
$pdo->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$principals = new \\Sabre\\DAVACL\\PrincipalBackend\\PDO($pdo);
$server = new \\Sabre\\DAV\\Server(array(
    new \\Sabre\\CalDAV\\Principal\\Collection($principals),
    new \\Sabre\\CalDAV\\CalendarRootNode($principals, new \\Sabre\\CalDAV\\Backend\\PDO($pdo)),
));
$server->setBaseUri('/');
$server->addPlugin(new \\Sabre\\DAV\\Auth\\Plugin(new OneUser(), 'SabreDAV'));
$server->addPlugin(new \\Sabre\\DAVACL\\Plugin());
$server->addPlugin(new \\Sabre\\CalDAV\\Plugin());
$server->exec();
"""
_TABLES = f"""
CREATE TABLE principals (id INTEGER PRIMARY KEY ASC, uri TEXT UNIQUE, email TEXT, displayname TEXT, vcardurl TEXT);
CREATE TABLE groupmembers (id INTEGER PRIMARY KEY ASC, principal_id INTEGER, member_id INTEGER);
CREATE TABLE calendarobjects (id INTEGER PRIMARY KEY ASC, calendardata BLOB, uri TEXT, calendarid INTEGER,
    lastmodified INTEGER, etag TEXT, size INTEGER, componenttype TEXT, firstoccurence INTEGER, lastoccurence INTEGER);
CREATE TABLE calendars (id INTEGER PRIMARY KEY ASC, principaluri TEXT, displayname TEXT, uri TEXT, ctag INTEGER,
    description TEXT, calendarorder INTEGER, calendarcolor TEXT, timezone TEXT, components TEXT, transparent BOOL);
INSERT INTO principals (uri, email, displayname) VALUES ('principals/{USER}', 'bice@example.org', 'Bice');
INSERT INTO calendars (principaluri, displayname, uri, ctag, components, transparent)
    VALUES ('principals/{USER}', 'Lavoro', 'lavoro', 1, 'VEVENT,VTODO', 0);
"""


@contextmanager
def _running(folder: Path) -> Running:
    (folder / "server.php").write_text(_SERVER, encoding="utf-8")
    with closing(sqlite3.connect(folder / "db.sqlite")) as database:
        database.executescript(_TABLES)
    port = free_port()
    root = f"http://127.0.0.1:{port}/"
    with process(folder, ["php", "-S", f"127.0.0.1:{port}", folder / "server.php"], answers(root, 401)):
        yield Account(f"{root}calendars/{USER}/lavoro/", f"{root}calendars/{USER}/")


SABRE = Server("sabre", lambda: needs("php", _LIBRARY), _running)
