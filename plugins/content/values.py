"""From a document to a value of the domain, every fault located and said in Italian."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from plugins.content.documents import Document
from plugins.content.faults import Fault
from plugins.domain.validation import italian

Model = TypeVar("Model", bound=BaseModel)


def _known(model: type[BaseModel]) -> list[str]:
    return [info.alias or name for name, info in model.model_fields.items()]


def read_value(document: Document, model: type[Model], faults: list[Fault], **given: Any) -> Model | None:  # noqa: ANN401
    """Validate a document as a model; adds to `faults` and returns None when it is not one.

    `given` are values the file's place decides, such as the slug; they yield to what the file says.
    """
    try:
        return model.model_validate({**given, **document.values})
    except ValidationError as error:
        for detail in error.errors():
            location = tuple(detail["loc"])
            key = ".".join(str(part) for part in location)
            words = italian(detail)
            if detail["type"] == "extra_forbidden" and len(location) == 1:
                near = get_close_matches(str(location[0]), _known(model), 1)
                words += f" (forse «{near[0]}»?)" if near else ""
            faults.append(document.fault(location, f"«{key}» {words}" if key else words))
        return None
