"""The list of what is the sample's: `python -m tests.publishing.checks.sample_list` writes it anew."""

from __future__ import annotations

import json
import re
from pathlib import Path

from plugins.content.base.ignored_files import content_files
from plugins.content.office_reader import read_office
from plugins.publishing.checks import sample_leftovers
from tests.building import CONTENT, OWN_CONTENT

FILE = Path(sample_leftovers.__file__).with_name("sample.json")
# The words on the licence of the sample stay true of what is taken from it.
_FREE = {"LICENSE"}


def listed() -> str:
    """The file as the sample asks for it."""
    office = read_office(OWN_CONTENT)
    who, clients = office.identity, [one.who for one in office.testimonials]
    domain = who.email.partition("@")[2]
    street = who.address.partition(",")[0]
    social = [re.sub("^https://", "", address) for address in who.social.values()]
    words = [who.name, who.brand, who.claim, who.email, domain, who.phone, who.vat_number, street, who.voice]
    words += [*social, *clients]
    for further in office.further.values():
        words += [further.identity.claim, further.identity.voice, *(one.who for one in further.testimonials)]
    files = {
        sample_leftovers.digest((root / path).read_bytes()): path.as_posix()
        for root in (CONTENT, OWN_CONTENT)
        for path in content_files(root)
        if path.name not in _FREE
    }
    by_path = dict(sorted(files.items(), key=lambda pair: pair[1]))
    listed = {"owner": who.name, "words": list(dict.fromkeys(word for word in words if word)), "files": by_path}
    return json.dumps(listed, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    FILE.write_text(listed(), encoding="utf-8")
