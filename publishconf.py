"""The site as it is published: everything in `pelicanconf.py`, with its public address."""

import sys
from pathlib import Path

# The `pelican` command does not look for modules beside the settings it is given.
sys.path.insert(0, str(Path(__file__).parent))
from pelicanconf import *  # noqa: F403

# Without a slash at the end; links, feed and sitemap are made from it.
SITEURL = "https://stessamaglia.example"
FEED_DOMAIN = SITEURL
# Where the endpoint answers, when the site is hosted without it: "https://prenota.example.it".
BOOKING_URL = ""
# Beside each text its packed forms, for web servers that hand them out.
PACK = True
