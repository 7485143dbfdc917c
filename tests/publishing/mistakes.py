"""The mistakes people make, each in a file of its own where it can be, with the line where it must be told."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.building import CONTENT

POST = """---
title: Un articolo di prova
date: 2026-05-04
category: Mestiere
tags: [delega]
summary: Una frase che dice che cosa si trova nell’articolo, né troppo corta né troppo lunga.
service: cosa-delegare
---
Un testo breve con un [collegamento]({filename}/pages/contatti.md).

## Una sezione

Fine.
"""


@dataclass(frozen=True)
class Mistake:
    """A change to a file of the sample content, or to a fresh post; `at` is the text that the told line holds."""

    name: str
    old: str
    new: str
    told: str
    at: str | None = None
    file: str | None = None
    line: int | None = None

    @property
    def path(self) -> str:
        """The file with the mistake, relative to the content's folder."""
        return self.file or f"blog/{self.name}.md"


def _post(name: str, old: str, new: str, told: str, at: str | None = None, line: int | None = None) -> Mistake:
    return Mistake(name, old, new, told, at, None, line)


def _in(file: str, old: str, new: str, told: str, at: str | None = None, line: int | None = None) -> Mistake:
    return Mistake(f"{file}:{new}", old, new, told, at, file, line)


T, D, S = "title: Un articolo di prova", "date: 2026-05-04", "summary: Una frase"
TEXT = "Fine."
AVAILABILITY, IDENTITY = "availability.yaml", "identity.yaml"
CLIENTS = "testimonials"
MACRO, MICRO, SHADES = "services/macro", "services/micro", "services/sfumature"

MISTAKES = [
    _post("senza-titolo", T + "\n", "", "«title» manca", line=1),
    _post("titolo-vuoto", T, "title:", "title"),
    _post("chiave-sbagliata", S, "sumary: Una frase", "Forse «summary»?"),
    _post("chiave-inventata", D, "colore: rosso\n" + D, "non è un campo previsto", at="colore:"),
    _post("data-italiana", D, "date: 04/05/2026", "Esempio: date: 2027-02-03"),
    _post("data-a-meta", D, "date: 2026-05", "date"),
    _post("data-inesistente", D, "date: 2026-02-30", "non esiste"),
    _post("data-con-fuso", D, "date: 2026-11-01 10:00:00 +0100", "è una data con un orario"),
    _post("data-con-ora-breve", D, "date: 2026-11-01 9:05", "è una data con un orario"),
    _post("data-con-zeta", D, "date: 2026-11-01T10:00:00Z", "è una data con un orario"),
    _post("ora-di-un-giorno-inesistente", D, "date: 2026-02-30 9:05", "non è una data che esiste"),
    _post("bozza-di-altri", D, "draft: false\n" + D, "Forse «status»?", at="draft:"),
    _post("riassunto-di-altri", D, "excerpt: Due parole\n" + D, "Forse «summary»?", at="excerpt:"),
    _post("senza-data", D + "\n", "", "«date» manca", line=1),
    _post("senza-categoria", "category: Mestiere\n", "", "«category» manca", line=1),
    _post("senza-chiusura", "cosa-delegare\n---\n", "cosa-delegare\n", "Manca l’intestazione", line=1),
    _post("senza-intestazione", POST.partition("Un testo")[0], "", "Manca l’intestazione", line=1),
    _post("in-toml", POST, '+++\ntitle = "Un titolo"\n+++\nCiao.\n', "cioè in TOML", line=1),
    _post("tabulazione", "tags: [delega]", "tags:\n\t- delega", "tabulazione", at="\t- delega"),
    _post("rientro", D, "  " + D, "non si legge", at=D),
    _post("due-punti", T, "title: Agenda: quattro regole", "tra virgolette"),
    _post("virgolette-aperte", T, 'title: "Aperte', "non si legge"),
    _post("chiave-doppia", D, D + "\n" + D, "compare due volte", line=4),
    _post("slug-fuori", D, "slug: ../fuori\n" + D, "«slug»", at="slug:"),
    _post("slug-maiuscole", D, "slug: Mio-Articolo\n" + D, "«slug»", at="slug:"),
    _post("slug-riservato", D, "slug: tag\n" + D, "serve agli elenchi", at="slug:"),
    _post(
        "slug-doppio", D, "slug: cosa-delegare-per-primo\n" + D, "è già di blog/cosa-delegare-per-primo.md", at="slug:"
    ),
    _post("Nome Del File", T, T, "«Nome Del File.md» non va bene", line=1),
    _post("alias-di-pagina", D, "aliases: [/chi-sono/]\n" + D, "è già di pages/chi-sono.md", at="aliases:"),
    _post("alias-di-area", D, "aliases: [/servizi/macro/]\n" + D, "è già di services/macro", at="aliases:"),
    _post("alias-di-immagine", D, "aliases: [/images/scrivania.svg]\n" + D, "è già del sito", at="aliases:"),
    _post("alias-storto", D, "aliases: [vecchio indirizzo]\n" + D, "non è un indirizzo", at="aliases:"),
    _post("alias-pagina", D, "aliases: [/chi-sono]\n" + D, "è già di pages/chi-sono.md", at="aliases:"),
    _post("alias-indice", D, "aliases: [/chi-sono/index.html]\n" + D, "è già di pages/chi-sono.md", at="aliases:"),
    _post("alias-maiuscolo", D, "aliases: [/Chi-Sono/]\n" + D, "è già di pages/chi-sono.md", at="aliases:"),
    _post("alias-etichetta", D, "aliases: [/blog/tag/delega/]\n" + D, "è già del sito", at="aliases:"),
    _post("alias-elenco", D, "aliases: [/blog/pagina/2/]\n" + D, "è già del sito", at="aliases:"),
    _post("alias-sotto-un-file", D, "aliases: [/feed.xml/vecchio/]\n" + D, "è già del sito", at="aliases:"),
    _post("alias-del-server", D, "aliases: [/agenda/vecchia/]\n" + D, "è già del sito", at="aliases:"),
    _post("alias-domanda", D, 'aliases: ["/?p=123"]\n' + D, "Quel che segue «?»", at="aliases:"),
    _post("alias-ancora", D, 'aliases: ["/vecchia/#qui"]\n' + D, "Quel che segue «#»", at="aliases:"),
    _post(
        "alias-intero", D, 'aliases: ["https://vecchio.it/a/?b"]\n' + D, "dopo il dominio. Esempio: /a/", at="aliases:"
    ),
    _post("alias-percento", D, 'aliases: ["/caff%E8/"]\n' + D, "I segni con %", at="aliases:"),
    _post("alias-su", D, "aliases: [/a/%2e%2e/b/]\n" + D, "Usa lettere", at="aliases:"),
    _post("alias-feed", D, "aliases: [/feed.xml]\n" + D, "è già del sito", at="aliases:"),
    _post("link-file", TEXT, "[x]({filename}/pages/nessuna.md)", "nessuna pagina"),
    _post("link-static", TEXT, "[x]({static}/images/nessuna.pdf)", "un file che non c’è"),
    _post("link-autolink", TEXT, "Guarda <{filename}/pages/contatti.md>", "non diventa un collegamento"),
    _post("link-con-spazio", TEXT, "[x] ({filename}/pages/contatti.md)", "non diventa un collegamento"),
    _post("link-senza-virgolette", TEXT, "<a href={filename}/pages/contatti.md>x</a>", "non diventa un collegamento"),
    _post("link-giro", TEXT, "[x]({filename}/pages/../pages/contatti.md)", "nessuna pagina"),
    _post("link-static-pagina", TEXT, "[x]({static}/pages/contatti.md)", "un file che non c’è"),
    _post("link-definito", TEXT, "[x][y]\n\n[y]: {filename}/pages/nulla.md", "nessuna pagina", at="[y]:"),
    _post("link-rotto", TEXT, "[x](http://[esempio)", "non è un indirizzo"),
    _post("link-nel-codice", TEXT, "`{filename}/no.md`\n\n[x]({filename}/no.md)", "nessuna pagina", at="[x]"),
    _post("link-indirizzo", TEXT, "[x](/servizi/nessuno/)", "nessuna pagina"),
    _post("link-relativo", TEXT, "[x](contatti.md)", "nessuna pagina"),
    _post("link-categoria", TEXT, "[x]({category}zzz)", "non si può seguire"),
    _post("ancora-qui", TEXT, "[x](#nessuna)", "«#nessuna» non c’è"),
    _post("ancora-altrove", TEXT, "[x]({filename}/blog/cosa-delegare-per-primo.md#nessuna)", "«#nessuna» non c’è"),
    _post("copertina-assente", D, "image: images/no.jpg\nimage_alt: Niente\n" + D, "non c’è", at="image: "),
    _post("copertina-muta", D, "image: images/scrivania.svg\n" + D, "Manca image_alt", at="image: "),
    _post("script-aperto", TEXT, "Il tag <script> fa questo.\n\nAltro.", "comincia e non finisce", at="Il tag"),
    _post("textarea-aperta", TEXT, "<textarea>\n\nAltro.", "comincia e non finisce"),
    _post("iframe-aperto", TEXT, '<iframe src="https://esempio.it/">\n\nAltro.', "comincia e non finisce"),
    _post("immagine-muta", TEXT, "![]({static}/images/scrivania.svg)", "per chi non la vede"),
    _post("immagine-html-muta", TEXT, '<img src="{static}/images/scrivania.svg">', "per chi non la vede"),
    _post("immagine-relativa", TEXT, "![Una foto](foto.jpg)", "«foto.jpg» non c’è"),
    _post("immagine-altrui", TEXT, "![Una foto](https://altrove.example/foto.jpg)", "sta su un altro sito"),
    _post("immagine-senza-file", TEXT, 'Prima.\n\n<img alt="x">', "non dice quale file", at="<img"),
    _post(
        "cornice", TEXT, '`<iframe>`\n\n<iframe src="https://esempio.it/"></iframe>', "riquadro vuoto", at="<iframe src"
    ),
    _post("oggetto", TEXT, '<object data="{static}/images/scrivania.svg"></object>', "collegamento al file"),
    _post("modulo-altrove", TEXT, '<form\n action="https://esempio.it/a"></form>', "form_addresses"),
    _post("script-nel-testo", TEXT, "<script>x()</script>", "Gli script"),
    _post("stile-nel-testo", TEXT, "Un testo.\n{: style='color: red' }", "Gli stili", at="{: style"),
    _post("in-testa", TEXT, '<meta http-equiv="refresh" content="1">', "in testa a una pagina"),
    _post("filmato-altrove", TEXT, '<video src="https://esempio.it/a.mp4"></video>', "non si carica"),
    _post("servizio-ignoto", "service: cosa-delegare", "service: volare", "«volare» non esiste"),
    _post("stato-ignoto", D, "status: bozza\n" + D, "Scegli fra", at="status:"),
    _post("etichetta-yaml", T, "title: !!python/name:os.system x", "etichetta YAML"),
    _post("richiamo-yaml", T, "title: &a Un titolo", "richiami YAML"),
    _post("tag-storti", "tags: [delega]", "tags: {a: b}", "deve essere un elenco"),
    _in(f"{MACRO}/verifica-costi.md", "meeting: ", "meting: ", "Forse «meeting»?"),
    _in(f"{MACRO}/ricerca-competitor.md", "meeting: conoscitiva", "meeting: cena", "«cena» non è in availability.yaml"),
    _in(f"{MACRO}/progetto-imprenditoriale.md", "from: 600", "from: 600€", "Scrivi solo le cifre", at="600€"),
    _in(f"{MICRO}/posta-e-telefono.md", "from: 28", "da: 28", "«da» non è un campo previsto", at="da: 28"),
    _in(f"{MICRO}/agenda-e-appuntamenti.md", "order: ", "order: primo # ", "numero intero"),
    _in(f"{MICRO}/preventivi-e-amministrazione.md", "related: [", "related: [volare, ", "«volare» non esiste"),
    _in(f"{SHADES}/index.md", "order: ", "slug: altrove\norder: ", "è quello della sua cartella"),
    _in(f"{SHADES}/archivio-digitale.md", "answer:", "risposta:", "«risposta»"),
    _in(f"{SHADES}/cosa-delegare.md", "title: ", "title:\nvecchio: ", "title"),
    _in(f"{MICRO}/index.md", "path:", "percorso:", "«path» manca", line=1),
    _in("pages/come-lavoro.md", "menu: ", "menu: secondo # ", "numero intero"),
    _in("pages/privacy.md", "slug: privacy", "slug: chi-sono", "è già di pages/chi-sono.md"),
    _in("pages/home.md", "    text: ", "    testo: ", "text"),
    _in(AVAILABILITY, "timezone: Europe/Rome", "timezone: Europa/Roma", "fuso orario"),
    _in(
        AVAILABILITY,
        'monday: ["09:00-13:00", "14:30-17:30"]',
        'monday: ["09:00-13:00", "12:30-17:30"]',
        "sovrappongono",
    ),
    _in(AVAILABILITY, 'tuesday: ["09:00-13:00"', 'tuesday: ["13:00-09:00"', "la fine viene prima"),
    _in(AVAILABILITY, 'wednesday: ["09:00-13:00"', 'wednesday: ["09:02-13:00"', "di cinque in cinque"),
    _in(AVAILABILITY, "  thursday:", "  giovedi:", "giovedi"),
    _in(AVAILABILITY, "notice: 24h", "notice: 90d", "supera l’orizzonte"),
    _in(AVAILABILITY, "pending_expiry: 2d", "waiting_hold: 10m", "È troppo poco"),
    _in(AVAILABILITY, 'also: ["12-07"]', 'also: ["7-12"]', "also"),
    _in(AVAILABILITY, "{from: 2027-08-09, to: 2027-08-22", "{from: 2027-08-22, to: 2027-08-09", "finisce prima"),
    _in(AVAILABILITY, "{date: 2027-01-16", "{date: 16/01/2027", "Esempio: date"),
    _in(AVAILABILITY, "minutes: 30", "minutes: 600", "la fascia di orari più lunga"),
    _in(
        AVAILABILITY,
        "step: 30\n    before: 0\n    after: 15",
        "step: 7\n    before: 0\n    after: 15",
        "multiplo di 5",
        at="step: 7",
    ),
    _in(AVAILABILITY, "where: phone", "where: telefono", "Scegli fra"),
    _in(AVAILABILITY, "per_day: 4", "per_day: quattro", "numero intero"),
    _in(IDENTITY, "12345678903", "12345678900", "partita IVA"),
    _in(IDENTITY, "email: ciao@", "email: ciao at ", "per esempio nome@esempio.it"),
    _in(IDENTITY, "brand:", "marchio:", "non è un campo previsto"),
    _in(IDENTITY, "https://linkedin", "linkedin", "Scrivilo come nell’esempio"),
    _in(f"{CLIENTS}/ceramista.md", "service: posta-e-telefono", "service: posta", "Il servizio «posta» non esiste"),
    _in(f"{CLIENTS}/fornaia.md", "consent: a voce e poi con una mail del 20 maggio 2026\n", "", "«consent»", line=1),
    _in(f"{CLIENTS}/geometra.md", "Ero convinto", "**Ero** convinto", "Qui si scrive testo semplice"),
    _in("cases/trecento-mail.md", "title: Trecento", "titolo: Trecento", "«titolo» non è un campo previsto"),
    _in(IDENTITY, "clients: 40", "clients: oltre 40", "«clients» deve essere un numero intero"),
]


def seed(folder: Path) -> Path:
    """Make a copy of the sample content with all the mistakes in it, and return its folder."""
    content = Path(shutil.copytree(CONTENT, folder / "content"))
    for mistake in MISTAKES:
        path = content / mistake.path
        text = path.read_text(encoding="utf-8") if path.exists() else POST
        assert mistake.old in text, mistake.name
        path.write_text(text.replace(mistake.old, mistake.new, 1), encoding="utf-8")
    return content


def expected_line(content: Path, mistake: Mistake) -> int:
    """The line where a mistake must be told."""
    if mistake.line is not None:
        return mistake.line
    sought = mistake.at or mistake.new.splitlines()[0]
    lines = (content / mistake.path).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if sought in line)
