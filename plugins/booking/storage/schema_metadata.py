"""Schema metadata: what the modules with tables put them into."""

from __future__ import annotations

from sqlalchemy import MetaData

metadata = MetaData()
