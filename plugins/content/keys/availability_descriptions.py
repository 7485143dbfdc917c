"""Descriptions of the keys of `availability.yaml`, a sentence or two each, for the reference (`make keys`)."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel

from plugins.domain.availability import Availability, Meeting
from plugins.domain.calendar_address import AddressVariable
from plugins.domain.calendar_settings import BusyCalendar, OwnCalendar
from plugins.domain.language import N_
from plugins.domain.questions import Question
from plugins.domain.repetition import MayRepeat
from plugins.domain.special_days import Closure, Holidays, Opening
from plugins.domain.stays import Stay

# Of these a calendar has one.
_CALENDAR: Mapping[str, str] = {
    "caldav": N_("L’indirizzo del calendario su un server CalDAV, di solito con `credentials`."),
    "google": N_(
        "L’ID di un calendario dell’account Google collegato, o `primary` per il suo. Si legge nelle impostazioni di "
        "quel calendario; l’account si collega dall’agenda."
    ),
    "microsoft": N_(
        "`primary`, il calendario dell’account Microsoft collegato, o l’ID di un altro dei suoi. L’account si collega "
        "dall’agenda."
    ),
    "credentials": N_(
        "Per CalDAV: il nome sotto cui chi cura il server conserva utente e password. La password non si scrive qui."
    ),
}
AVAILABILITY: Mapping[type[BaseModel], Mapping[str, str]] = {
    Availability: {
        "timezone": N_("Il fuso del tuo orologio: gli orari di questo file sono di lì, tranne quelli di un soggiorno."),
        "hours": N_(
            "Le fasce in cui ricevi, giorno per giorno, per ogni incontro che non ha le sue. Un giorno che non c’è è "
            "chiuso. Una fascia può passare la mezzanotte, ed è del giorno in cui comincia; dopo gli orari può dire il "
            "posto in cui ricevi di persona."
        ),
        "holidays": N_("Le feste in cui sei chiusa ogni anno."),
        "closures": N_("Le tue ferie: giorni interi in cui nessuno prenota."),
        "openings": N_(
            "Giorni con orari diversi dal solito. Valgono al posto di quelli di `hours`, anche in una festa o in ferie."
        ),
        "stays": N_(
            "I periodi in cui vivi altrove, con un altro orologio: gli orari di quei giorni sono di lì. Di persona si "
            "viene solo nelle fasce che dicono il posto."
        ),
        "notice": N_("Il preavviso: quanto tempo prima bisogna prenotare, come minimo."),
        "horizon": N_("Fin dove, da oggi, si può prenotare."),
        "change_notice": N_("Fino a quanto prima chi ha prenotato può spostare o annullare da sé."),
        "pending_expiry": N_("Dopo quanto scade una richiesta a cui non rispondi."),
        "waiting_hold": N_(
            "Per quanto tieni un orario che si libera a chi è in lista d’attesa, prima di passarlo a chi viene dopo. "
            "Almeno mezz’ora. Senza, non c’è lista d’attesa."
        ),
        "reminder": N_("Quanto prima parte il promemoria, a chi ha prenotato e a te. Senza, non parte."),
        "follow_up": N_("Quanto dopo un incontro parte una mail a chi ha prenotato, con il testo qui sotto."),
        "follow_up_text": N_("Che cosa scrivi a chi è venuto: un grazie, e quello che vuoi. Senza, non parte."),
        "no_show_text": N_("Che cosa scrivi quando segni l’incontro come mancato. Senza, non parte."),
        "testimonials": N_(
            "`true`: la mail a chi è venuto chiede due parole da mettere sul sito. Le rileggi nell’agenda, e "
            "approvandole hai il file da pubblicare."
        ),
        "retention": N_(
            "Per quanto si conservano appuntamenti passati e messaggi, come promette la pagina Privacy. "
            "Senza, si conservano tutti."
        ),
        "meetings": N_("Gli incontri che si possono prenotare, almeno uno. In che ordine li scrivi non cambia nulla."),
        "first_meeting": N_(
            "Lo `slug` dell’incontro proposto a chi non ha ancora scelto. Senza, se ce n’è più d’uno, si sceglie fra "
            "tutti."
        ),
        "busy": N_("I tuoi altri calendari: dove hai già un impegno non si prenota."),
        "busy_trusted_for": N_(
            "Per quanto vale l’ultima lettura di un calendario che non risponde. "
            "Poi ogni incontro aspetta la tua conferma."
        ),
        "calendar": N_("Il calendario in cui vuoi trovare gli appuntamenti presi dal sito."),
    },
    Holidays: {
        "country": N_("Il paese di cui tenere le feste nazionali, con il suo codice di due lettere."),
        "region": N_(
            "La regione, provincia o stato del paese di cui tenere anche le feste: il suo nome o il suo codice. "
            "Se non la trova, il controllo elenca quelle che conosce."
        ),
        "also": N_("Le tue feste in più, come il patrono: mese e giorno, tra virgolette."),
    },
    Closure: {
        "from": N_("Il primo giorno chiuso."),
        "to": N_("L’ultimo giorno chiuso, compreso."),
        "reason": N_("Il motivo, per tua memoria: ai visitatori non si dice."),
    },
    Opening: {
        "date": N_("Il giorno."),
        "hours": N_("Le fasce di quel giorno, e nessun’altra."),
    },
    Stay: {
        "from": N_("Il primo giorno lì."),
        "to": N_("L’ultimo giorno lì, compreso."),
        "timezone": N_("Il fuso dell’orologio di lì."),
        "hours": N_("Le fasce di quei giorni, al posto delle solite. Senza, valgono le solite, sull’orologio di lì."),
    },
    Meeting: {
        "slug": N_("Il nome dell’incontro negli indirizzi e nei servizi che lo propongono (`meeting`)."),
        "title": N_("Il nome dell’incontro, come si legge sul sito e nelle mail."),
        "minutes": N_("Quanto dura, in minuti."),
        "step": N_("Ogni quanti minuti può cominciare, a partire dall’inizio di ogni fascia."),
        "before": N_("I minuti che vuoi liberi prima."),
        "after": N_("I minuti che vuoi liberi dopo."),
        "per_day": N_("Quanti al giorno, al massimo. Senza, quanti ce ne stanno."),
        "seats": N_(
            "In quanti possono prenotare lo stesso orario: ognuno ha la sua prenotazione, e non vede gli altri. Senza, "
            "uno solo."
        ),
        "confirmation": N_(
            "`automatic`: si conferma da solo. `manual`: l’orario resta occupato e aspetta la tua risposta dall’agenda."
        ),
        "where": N_(
            "Dove si fa: `video`, `phone` al telefono (e allora il numero è obbligatorio), `in_person` di persona."
        ),
        "price": N_("Quanto costa, detto con parole tue: si legge accanto all’incontro, prima e dopo la prenotazione."),
        "link": N_("La stanza video di questo incontro, al posto di `video` in `identity.yaml`."),
        "room": N_(
            "La stanza video di ogni appuntamento, una diversa per ciascuno: l’indirizzo con `{room}` dove va il suo "
            "nome, che nessuno può indovinare. Al posto di `link`."
        ),
        "place": N_(
            "Il posto di un incontro di persona: lo `slug` di uno dei `places` di `identity.yaml`. Senza, è quello che "
            "dicono gli orari, o il tuo indirizzo."
        ),
        "questions": N_("Le domande a chi prenota; le risposte arrivano con la mail."),
        "listed": N_(
            "`false` lo toglie dalla pagina Prenota: resta a chi ne ha l’indirizzo, e nei servizi che lo propongono."
        ),
        "hours": N_(
            "Gli orari di questo incontro, al posto di quelli di tutti. In un’apertura straordinaria valgono le ore "
            "che stanno in entrambi."
        ),
        "closures": N_("I giorni in cui questo incontro non si tiene, oltre alle ferie di tutti."),
        "notice": N_("Il preavviso di questo incontro, al posto di quello di tutti."),
        "horizon": N_("Fin dove si prenota questo incontro, al posto di quello di tutti."),
        "follow_up": N_("Quanto dopo questo incontro parte la mail, al posto di quello di tutti."),
        "follow_up_text": N_("Che cosa scrivi dopo questo incontro, al posto del testo di tutti."),
        "no_show_text": N_("Che cosa scrivi se questo incontro è mancato, al posto del testo di tutti."),
        "testimonials": N_(
            "Se dopo questo incontro si chiedono due parole per il sito, al posto di quello che vale per tutti."
        ),
        "repeat": N_(
            "Se chi prenota può prendere più date in una volta: ogni settimana, per sei volte. Ogni data deve essere "
            "libera, e si prenotano tutte o nessuna. Con `{}` valgono i valori di partenza."
        ),
    },
    MayRepeat: {
        "weeks": N_("Ogni quante settimane, fra cui si può scegliere."),
        "most": N_("Per quante date al massimo. Oltre `horizon` non si prenota comunque."),
    },
    Question: {
        "key": N_(
            "Il nome della domanda nei dati: minuscole e cifre. Non cambiarlo, o le risposte già date restano sole."
        ),
        "label": N_("La domanda, come la legge chi prenota."),
        "required": N_("Se senza risposta non si può prenotare."),
        "type": N_(
            "Come si risponde: una riga (`text`), un testo lungo (`long`), una risposta da scegliere (`choice`) o più "
            "d’una (`choices`), un numero, una data, sì o no."
        ),
        "options": N_("Le risposte fra cui scegliere, per `choice` e `choices`."),
        "when": N_(
            "La domanda si fa solo a chi ha risposto così a un’altra che viene prima: la sua chiave, e la risposta o "
            "le risposte. Per una domanda da sì o no, `true` o `false`."
        ),
        "min": N_(
            "Il minimo: di un testo i caratteri, di `choices` quante risposte, di un numero o di una data il valore."
        ),
        "max": N_("Il massimo, come `min`."),
        "help": N_("Una riga di aiuto, sotto la domanda."),
    },
    AddressVariable: {
        "env": N_(
            "Al posto dell’indirizzo: il nome sotto cui lo conserva chi cura il server. Così non sta in nessun file."
        ),
    },
    BusyCalendar: {
        **_CALENDAR,
        "ics": N_("L’indirizzo segreto del calendario in formato iCalendar."),
        "tentative": N_("Se occupa (`busy`) o lascia libero (`free`) ciò che è in forse, e gli inviti senza risposta."),
    },
    OwnCalendar: _CALENDAR,
}
