"""Forbidden markup: what the page's own policy (CSP) keeps from working, told with the way that works."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from plugins.content.base.faults import Fault
from plugins.content.markup.embed_blocks import FRAME
from plugins.content.markup.markdown_parts import Element, Markup
from plugins.content.templates.policy_sources import PolicySources
from plugins.content.templates.security_policy import Uses, form_target, frame_origins, page_policy
from plugins.domain.language import N_, _
from plugins.publishing.checks.policy_requests import Request, requests_of

_WAYS = {
    "frame-src": N_(
        "«<%(tag)s>» resta un riquadro vuoto: una pagina non carica altri siti da sé. Se è un video "
        "o una mappa, scrivi al suo posto una riga così. Esempio: {video: https://youtu.be/aqz-KE-bpKQ | Il titolo}"
    ),
    "object-src": N_(
        "«<%(tag)s>» resta vuoto. Metti un collegamento al file. Esempio: [Il listino]({static}/files/listino.pdf)"
    ),
    "form-action": N_(
        "Il modulo verso «%(address)s» non parte: la pagina manda dati solo a questo sito. Se il servizio è tuo, "
        "scrivilo in identity.yaml. Esempio: form_addresses: [https://esempio.it]"
    ),
    "script-src-elem": N_(
        "Gli script scritti nel testo non partono. Togli «%(what)s»; un video o una mappa ha una riga sua."
    ),
    "script-src-attr": N_("Gli script scritti nel testo non partono. Togli «%(what)s»; basta un collegamento."),
    "style-src-elem": N_("Gli stili scritti nel testo non valgono. Togli «%(what)s»: l’aspetto è quello del tema."),
    "style-src-attr": N_("Gli stili scritti nel testo non valgono. Togli «%(what)s»: l’aspetto è quello del tema."),
    "img-src": N_(
        "«%(address)s» sta su un altro sito e non si vede. Copialo in content/images. "
        "Esempio: {static}/images/scrivania.svg"
    ),
    "media-src": N_(
        "«%(address)s» non si carica da un altro sito. Copialo in content/images, o scrivi una riga così. "
        "Esempio: {video: https://youtu.be/aqz-KE-bpKQ | Il titolo}"
    ),
}
_OTHER = N_("«%(what)s» qui non ha effetto: la pagina non lo permette. Toglilo.")
_HEAD = N_("«<%(tag)s>» vale solo in testa a una pagina, e non nel testo. Toglilo.")


def forbidden_markup(path: Path, markup: Markup, forms: Collection[str] | None) -> Iterator[Fault]:
    """Tell what a document asks of browsers and the policy of its page forbids.

    `forms` may be sent to; None where that is not known, and nothing is told of them.
    """
    policy = PolicySources(page_policy((), (), uses=_uses(markup, forms or ())))
    for element in markup.elements:
        if element.tag == "meta" and "http-equiv" in element.attributes:
            yield Fault(path, element.line, _(_HEAD, tag=element.tag))
        for request in requests_of(element):
            if (element.tag, request.attribute) == ("img", "src"):
                continue  # told with the images
            if forms is None and request.directive == "form-action":
                continue
            if not policy.allows(request.directive, request.address):
                yield Fault(path, element.line, _told(element, request))


def _uses(markup: Markup, forms: Collection[str]) -> Uses:
    """What the page uses, as `uses_of` reads it off its HTML."""
    frames = frame_origins(one.attributes.get(FRAME, "") for one in markup.elements if one.tag == "figure")
    plays = any(one.tag in {"video", "audio"} for one in markup.elements)
    return Uses(plays=plays, frames=frames, forms=tuple(map(form_target, forms)))


def _told(element: Element, request: Request) -> str:
    what = request.attribute if request.address is None and request.attribute else f"<{element.tag}>"
    if request.attribute in {"href", "xlink:href"} and request.address is None:
        what = "javascript:"
    words = _WAYS.get(request.directive, _OTHER)
    if element.tag == "link":
        words = _HEAD
    return _(words, tag=element.tag, what=what, address=(request.address or "")[:60])
