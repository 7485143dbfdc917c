"""Descriptions of the content's keys, a sentence or two each, for the reference (`make keys`)."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from plugins.content.front_matter import Action, FrontMatter, Page, Post, Step
from plugins.content.keys.availability_descriptions import AVAILABILITY
from plugins.domain.availability import Meeting
from plugins.domain.catalogue import Area, Faq, Price, Service
from plugins.domain.identity import FooterLink, Identity, Place
from plugins.domain.language import N_
from plugins.domain.testimonials import Case, Testimonial

_ALIASES = N_("I vecchi indirizzi della pagina: chi li ha salvati viene portato qui.")
_ORDER = N_("Il posto nell’elenco: prima i numeri piccoli, a parità l’ordine alfabetico.")
_STATUS = N_(
    "`published` va in linea; `draft` è una bozza, a un indirizzo sotto `/drafts/` che nessuna pagina nomina; "
    "`hidden` va in linea, ma resta fuori dagli elenchi."
)

_OF_CLIENT = {
    "consent": N_(
        "Come e quando ti ha detto che puoi pubblicare le sue parole. Resta qui: nessuna pagina lo mostra. "
        "Senza, la pubblicazione si ferma."
    ),
    "service": N_("Il servizio di cui si parla: il nome del suo file, senza `.md`. Così si legge anche lì."),
    "order": N_("Il posto nell’elenco: prima i numeri piccoli, a parità il più recente."),
    "status": N_("`draft` tiene il testo da parte, finché non hai il consenso."),
}

# By the model, or one it is made from, and the key.
EXPLANATIONS: Mapping[type[BaseModel], Mapping[str, str]] = {
    Identity: {
        "language": N_(
            "La lingua di pagine, moduli e mail: `it`, `en`, `de`, o un’altra "
            "che ha il suo catalogo in `theme/locales/`."
        ),
        "name": N_("Il tuo nome e cognome: in fondo a ogni pagina, nelle mail e come autrice degli articoli."),
        "brand": N_("Il nome del sito, in cima a ogni pagina e nel titolo del browser."),
        "claim": N_("La frase che ti presenta, accanto al nome del sito."),
        "logo": N_(
            "Il logo in cima a ogni pagina, al posto del nome del sito: un file di `content/images`, SVG, PNG o JPEG, "
            "al massimo di 200 kB. Sta in uno spazio di 240 × 40 pixel."
        ),
        "logo_dark": N_("Lo stesso per chi legge su fondo scuro. Senza, si vede `logo`."),
        "favicon": N_(
            "L’icona nel browser e sul telefono, quadrata: un SVG o un PNG di `content/images`. Senza, è l’iniziale "
            "del nome del sito nei colori della tavolozza."
        ),
        "portrait": N_(
            "Il tuo ritratto: una foto o un disegno (SVG) di `content/images`. Una foto può essere grande come esce "
            "dal telefono: il sito ne fa una piccola, senza il luogo dello scatto. Un disegno è al massimo di 200 kB."
        ),
        "portrait_alt": N_("Che cosa si vede nel ritratto, per chi non lo vede."),
        "voice": N_("Una frase tua, come la diresti a voce: al massimo 160 caratteri, accanto al ritratto."),
        "since": N_("L’anno in cui hai cominciato questo lavoro."),
        "languages": N_(
            "Le lingue in cui lavori, con i loro codici. La prima è quella del sito (`language`). Il sito parla anche "
            "le altre che hanno la pagina iniziale (`pages/home.en.md`), con i testi che hanno una traduzione: vedi la "
            "guida."
        ),
        "clients": N_("Quanti clienti hai seguito finora, in cifre."),
        "testimonials_note": N_(
            "Come sai che le testimonianze sono di clienti veri: si legge accanto a loro, perché la legge lo chiede. "
            "Se la frase che c’è già non è vera per te, scrivi la tua."
        ),
        "email": N_("L’indirizzo che si legge sul sito, e quello a cui arrivano prenotazioni e messaggi."),
        "phone": N_("Il numero che si legge sul sito. Senza, il sito propone solo l’email."),
        "country": N_(
            "Il paese in cui lavori, con il suo codice di due lettere: decide la forma della partita IVA e la moneta."
        ),
        "vat_number": N_(
            "La partita IVA del tuo paese, tra virgolette, con o senza il suo prefisso. "
            "Sta in fondo a ogni pagina e a ogni mail. Senza, il sito non ne nomina nessuna."
        ),
        "currency": N_("La moneta dei prezzi, con il suo codice di tre lettere, se non è quella del tuo paese."),
        "address": N_("L’indirizzo in fondo a ogni pagina. È anche il posto degli incontri di persona."),
        "region": N_("La regione. Per ora il sito non la mostra."),
        "places": N_(
            "I posti degli incontri di persona, se sono più d’uno: li nominano gli incontri (`place`), o gli orari."
        ),
        "video": N_("La stanza degli incontri in video, se l’incontro non ne ha una sua (`link`)."),
        "form_addresses": N_(
            "Gli indirizzi di altri servizi, come una newsletter, a cui possono andare i moduli scritti nei tuoi testi."
        ),
        "social": N_("I tuoi profili: il nome che si legge e l’indirizzo, uno per riga, in fondo a ogni pagina."),
        "links": N_("Collegamenti in più in fondo a ogni pagina, dopo quelli del sito."),
        "legal": N_("La riga di legge sulla tua professione, se ne ha una: in fondo a ogni pagina e a ogni mail."),
    },
    FooterLink: {
        "title": N_("Le parole che si leggono."),
        "page": N_("La pagina a cui porta: il suo `slug`, cioè il nome del file senza `.md`. O questa, o `url`."),
        "url": N_("L’indirizzo di un altro sito. O questo, o `page`."),
    },
    Place: {
        "slug": N_("Il nome del posto negli incontri."),
        "name": N_("Come si chiama, nelle mail e negli inviti, prima dell’indirizzo."),
        "address": N_("L’indirizzo."),
        "how_to_get_there": N_("Come arrivare: il citofono, il piano, l’autobus. Lo legge chi ha prenotato."),
    },
    **AVAILABILITY,
    Area: {
        "slug": N_("Il nome nell’indirizzo. È quello della cartella: non serve scriverlo."),
        "title": N_("Il nome dell’area."),
        "path": N_("La frase in cui si riconosce chi legge: sta sopra il titolo e nella scelta dei servizi."),
        "order": _ORDER,
        "colour": N_(
            "Il colore della tavolozza che l’area veste: "
            "il primo (`first`), il secondo (`second`) o tutti e due a righe (`both`)."
        ),
        "summary": N_("Una o due righe sull’area: sotto il titolo, negli elenchi e sui motori di ricerca."),
        "aliases": _ALIASES,
    },
    Service: {
        "slug": N_("Il nome nell’indirizzo. È quello del file: non serve scriverlo."),
        "area": N_("L’area a cui appartiene. È la cartella in cui sta il file: non serve scriverla."),
        "title": N_("Il nome del servizio."),
        "summary": N_("Una o due righe sul servizio: sotto il titolo, negli elenchi e sui motori di ricerca."),
        "order": _ORDER,
        "status": N_(
            "`published` va in linea; `draft` e `hidden` tengono il servizio da parte: nessuna pagina lo nomina."
        ),
        "for_whom": N_("Per chi è: una frase per riga, o una sola."),
        "not_for_whom": N_("Per chi non è, detto con la stessa franchezza."),
        "deliverables": N_("Che cosa riceve chi lo compra."),
        "steps": N_("Come si svolge, un passo per riga."),
        "duration": N_("Quanto dura di solito, a parole."),
        "price": N_("Il prezzo: da cui si parte, esatto o su richiesta. Senza, la pagina non ne dice nessuno."),
        "faq": N_("Le domande che ti fanno su questo servizio, con la risposta."),
        "meeting": N_("L’incontro che si prenota da questa pagina: lo `slug` di uno di quelli di `availability.yaml`."),
        "meetings": N_("Gli incontri fra cui scegliere, se sono più d’uno. Al posto di `meeting`."),
        "related": N_("I servizi da proporre in fondo alla pagina. Senza, quelli della stessa area."),
        "aliases": _ALIASES,
    },
    Price: {
        "from": N_("L’importo da cui si parte: solo cifre, senza simbolo e senza il punto delle migliaia."),
        "exact": N_("L’importo esatto, al posto di `from`: si legge senza «da»."),
        "on_request": N_("`true`, al posto di un importo: il prezzo si dice su richiesta."),
        "unit": N_("A che cosa si riferisce, come si legge dopo l’importo. Con `from` serve sempre."),
    },
    Faq: {
        "question": N_("La domanda."),
        "answer": N_("La risposta."),
    },
    FrontMatter: {
        "title": N_("Il titolo: in cima alla pagina, negli elenchi e nel browser."),
        "slug": N_("Il nome nell’indirizzo, se non vuoi quello del file."),
        "summary": N_("Una o due righe: si leggono negli elenchi e sui motori di ricerca."),
        "modified": N_("Il giorno in cui l’hai rivisto. Negli articoli si legge accanto alla data."),
        "status": _STATUS,
        "image": N_(
            "L’immagine in cima alla pagina: un file di `content/images/`. Nella pagina iniziale sta al posto della "
            "scrivania disegnata. Negli articoli mettila invece nel testo."
        ),
        "image_alt": N_("Che cosa si vede nell’immagine, per chi non la vede. Serve sempre, se c’è `image`."),
        "service": N_("Il servizio di cui parli: il nome del suo file, senza `.md`. Conta negli articoli."),
        "aliases": _ALIASES,
    },
    Post: {
        "date": N_("Il giorno in cui esce. Se è nel futuro, l’articolo lo aspetta da solo."),
        "category": N_("L’argomento, uno solo: ogni argomento ha la sua pagina."),
        "tags": N_("Le etichette, quante vuoi: ognuna ha la sua pagina."),
    },
    Page: {
        "kicker": N_("La riga piccola sopra il titolo."),
        "heading": N_("Il titolo grande, se dev’essere diverso da `title`. Ogni frase va a capo."),
        "lead": N_("Le prime righe, sotto il titolo grande."),
        "menu": N_("Il posto nel menù in alto: prima i numeri piccoli. Senza, la pagina nel menù non c’è."),
        "menu_label": N_("Il nome nel menù, se dev’essere diverso da `title`."),
        "steps": N_("I passi numerati, in home e nelle pagine senza una forma propria."),
        "faq": N_("Le domande con la risposta, in fondo alla pagina."),
        "action": N_("Il pulsante della pagina: le sue parole e una nota accanto."),
        "category": N_("Si può scrivere, ma in una pagina non cambia niente."),
        "tags": N_("Si possono scrivere, ma in una pagina non cambiano niente."),
        "date": N_("Si può scrivere, ma in una pagina non cambia niente."),
    },
    Step: {
        "title": N_("Il nome del passo."),
        "text": N_("Che cosa succede."),
    },
    Testimonial: _OF_CLIENT
    | {
        "who": N_("Chi parla, come ha accettato di comparire: nome e cognome, o il nome e basta."),
        "role": N_("Che cosa fa, e dove."),
        "when": N_("Quando l’ha detto: si legge accanto alle parole."),
    },
    Case: _OF_CLIENT
    | {
        "title": N_("Il titolo del caso."),
        "who": N_("Per chi era: un nome, o che tipo di attività è se preferisce non dirlo."),
        "when": N_("Quando è finito il lavoro: si legge accanto al titolo."),
        "summary": N_("Una riga: da dove si partiva e dove si è arrivati."),
    },
    Action: {
        "label": N_("Le parole sul pulsante."),
        "note": N_("La nota piccola accanto al pulsante."),
    },
}

_LEFT_OUT_OF_CLIENT = {"consent": N_("**obbligatoria**, se non è una bozza")}
# Of what is decided where a key is left out, and not by its model.
LEFT_OUT: Mapping[type[BaseModel], Mapping[str, str]] = {
    FrontMatter: {"slug": N_("il nome del file")},
    Area: {"slug": N_("il nome della cartella"), "colour": N_("il primo e il secondo a turno")},
    Service: {"slug": N_("il nome del file"), "area": N_("la cartella")},
    Meeting: {"step": N_("come `minutes`")},
    Identity: {
        "currency": N_("quella del paese"),
        "portrait_alt": N_("«Ritratto di» e il tuo nome"),
        "testimonials_note": N_("una frase che vale per chi le raccoglie di persona"),
    },
    **dict.fromkeys((Testimonial, Case), _LEFT_OUT_OF_CLIENT),
}


def said_of(table: Mapping[type[BaseModel], Mapping[str, str]], model: type[BaseModel], key: str) -> str | None:
    """What a table says of a key of a model, or of one that the model is made from."""
    found = (table[one][key] for one in model.__mro__ if one in table and key in table[one])
    return next(found, None)
