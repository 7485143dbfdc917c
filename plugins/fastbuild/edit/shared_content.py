"""Shared content read again: identity, hours, catalogue and pages, which are few; posts stay as they were read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from plugins.content.base.faults import Fault
from plugins.content.office import Office
from plugins.fastbuild.snapshots.lazy_contents import facts
from plugins.fastbuild.snapshots.restored_site import RestoredSite

if TYPE_CHECKING:
    from plugins.content.site import Entry
    from plugins.content.source_files import Source


def read_shared(root: Path, site: RestoredSite) -> tuple[dict[str, Source[Entry]], Office] | None:
    """The texts by their paths, and what all pages share; None where that is wrong, or in more than in pages."""
    # Only here: YAML and its checks take as long as all the rest of an edit.
    from plugins.content.office_reader import service_names
    from plugins.content.site import gather_site
    from plugins.domain.catalogue import Service

    faults = list[Fault]()
    office, found = gather_site(root, faults, with_posts=False)
    if faults or office is None or _settings_of(office) != _settings_of(site.office):
        return None
    services = service_names(root, (one.value for one in found if isinstance(one.value, Service)))
    references = [facts(post)["metadata"].get("service") for post in site.posts.values()]
    if any(one is not None and one.split("/")[-1] not in services for one in references):
        return None
    return {source.path.as_posix(): source for source in found}, office


def _settings_of(office: Office) -> tuple[object, ...]:
    """What of what all share is in the settings, in the filters of pages or in pictures."""
    identity = office.identity
    named = (identity.brand, identity.name, identity.language, identity.currency, identity.portrait)
    return *named, identity.form_addresses, office.availability.timezone.key, office.has("blog"), office.has("cerca")
