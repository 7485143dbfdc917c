"""The site as it is built while writing; `publishconf.py` adds what only the public site has.

Who she is, what she offers and when is not here but in `content/`.
"""

PATH = "content"
OUTPUT_PATH = "output"
THEME = "theme"
# Empty: the links of a site being written lead to wherever it is served from.
SITEURL = ""
# Where the endpoint lives, where that is not the site's own address; without a slash at the end.
BOOKING_URL = ""
# Until `content/availability.yaml` is read, whose own takes its place; Pelican warns where it finds none.
TIMEZONE = "UTC"
DEFAULT_LANG = "it"

# An editor in the browser at /admin/, by its backend as Decap CMS wants it: {"backend": {"name": "github", "repo": …}}.
# While it is empty the site carries nothing of it; docs/hosting.md tells the rest.
ADMIN: dict[str, object] = {}

PLUGIN_PATHS = ["."]
PLUGINS = [
    "plugins.fastbuild",
    "plugins.site",
    "plugins.services",
    "plugins.blog",
    "plugins.media",
    "plugins.discovery",
    "plugins.finishing",
    "plugins.admin",
]

ARTICLE_PATHS = ["blog"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = ["images"]
# What systems and editors leave behind; the checks leave out the same (plugins/content/base/ignored_files.py).
IGNORE_FILES = [".*", "#*#", "*~", "~$*", "[Tt]humbs.db", "ehthumbs.db", "[Dd]esktop.ini", "Icon\r", "__MACOSX"]
# In braces alone: a bar is a bar.
INTRASITE_LINK_REGEX = r"[{](?P<what>\w+)[}]"
# A post dated in the future waits for its day as a draft, by the owner's calendar and not, as Pelican would have it, by
# the clock of whichever machine builds; `-e TODAY='"2027-02-03"'` builds the site of another day.
WITH_FUTURE_DATES = True
# Pelican's cache keeps the settings of the run that made it, and serves stale addresses.
CACHE_CONTENT = False
CACHE_PATH = ".cache"
LOAD_CONTENT_CACHE = False

MARKDOWN = {
    "extensions": [
        "markdown.extensions.extra",
        "markdown.extensions.toc",
        "markdown.extensions.sane_lists",
        "plugins.content.markup.embed_blocks",
        "plugins.site.code_blocks",
        "plugins.site.tables",
        "plugins.site.footnotes",
    ],
    "extension_configs": {"markdown.extensions.toc": {"toc_depth": "2-3"}},
    "output_format": "html",
}
FORMATTED_FIELDS: list[str] = []

JINJA_ENVIRONMENT = {"autoescape": True, "trim_blocks": True, "lstrip_blocks": True}

ARTICLE_URL = "blog/{slug}/"
ARTICLE_SAVE_AS = "blog/{slug}/index.html"
DRAFT_URL = "drafts/blog/{slug}/"
DRAFT_SAVE_AS = "drafts/blog/{slug}/index.html"
PAGE_URL = "{slug}/"
PAGE_SAVE_AS = "{slug}/index.html"
DRAFT_PAGE_URL = "drafts/{slug}/"
DRAFT_PAGE_SAVE_AS = "drafts/{slug}/index.html"
CATEGORY_URL = "blog/categoria/{slug}/"
CATEGORY_SAVE_AS = "blog/categoria/{slug}/index.html"
TAG_URL = "blog/tag/{slug}/"
TAG_SAVE_AS = "blog/tag/{slug}/index.html"
AUTHOR_SAVE_AS = ""

DIRECT_TEMPLATES = ["index", "archives", "categories", "tags"]
INDEX_SAVE_AS = "blog/index.html"
INDEX_URL = "blog/"
ARCHIVES_SAVE_AS = "blog/archivio/index.html"
ARCHIVES_URL = "blog/archivio/"
CATEGORIES_SAVE_AS = "blog/categoria/index.html"
CATEGORIES_URL = "blog/categoria/"
TAGS_SAVE_AS = "blog/tag/index.html"
TAGS_URL = "blog/tag/"
DEFAULT_PAGINATION = 8
PAGINATED_TEMPLATES = {"index": None, "category": None, "tag": None}
PAGINATION_PATTERNS = [
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/pagina/{number}/", "{base_name}/pagina/{number}/index.html"),
]

# The feeds are made by plugins/discovery; whole addresses need a domain, while the site has none of its own.
FEED_DOMAIN = "http://127.0.0.1:8000"
FEED_MAX_ITEMS = 20
FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None
