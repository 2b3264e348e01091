"""A place: shared by the customer, or an address that the host finds on the map."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import LOCATION, Type
from omnisupport.scenario_dsl.fields import Bool
from omnisupport.scenario_dsl.inputs.base import Answer, Found, InputKind, Outside, Parsed
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings

_LONGEST = 500
_COORDINATES = re.compile(r"(-?[0-9]{1,2}\.[0-9]{1,10})[,;]? ?(-?[0-9]{1,3}\.[0-9]{1,10})\Z")
_LETTER = re.compile(r"[^\W\d_]")


class LocationInput(InputKind):
    """`{kind: location, typed: true}`: gives `{lat, lon, address}`.

    A typed address is looked up by the host; where it cannot, the address is taken as it is, without
    coordinates. `typed: false` takes only what was shared or coordinates.
    """

    name = "location"
    fields = {"typed": Bool()}
    question = Both("Пришлите геопозицию или адрес.", "Please share a location or type an address.")
    title = Both("Место", "Place")

    def type(self, data: dict[str, Any]) -> Type:
        return LOCATION

    def parse(self, answer: Answer, data: dict[str, Any]) -> Found:
        shared = answer.content.get("location")
        if isinstance(shared, dict):
            place = _place(shared.get("lat"), shared.get("lon"), shared.get("address"))
            if place is not None:
                return Parsed(place)
        text = answer.text
        written = _COORDINATES.match(text) if len(text) <= 60 else None
        if written is not None:
            place = _place(float(written[1]), float(written[2]), None)
            return None if place is None else Parsed(place)
        if data.get("typed") is False or not 5 <= len(text) <= _LONGEST or not _LETTER.search(text):
            return None
        unknown = Parsed({"lat": None, "lon": None, "address": text})
        return Outside({"kind": "address", "text": text, "locale": answer.locale}, otherwise=unknown)

    def heard(self, exit: str, value: Any, otherwise: Parsed | None) -> Found:
        """A place of the host's that is none counts as not checked."""
        if exit == "ok" and isinstance(value, dict):
            place = _place(value.get("lat"), value.get("lon"), value.get("address"))
            return otherwise if place is None else Parsed(place)
        return None if exit == "invalid" else otherwise

    def find(self, answer: Answer, data: dict[str, Any]) -> Found:
        """Only what was shared: which words of a message are an address is a guess."""
        found = self.parse(answer.of(""), data)
        return found if isinstance(found, Parsed) else None

    def show(self, value: Any, around: Surroundings) -> str:
        return value.get("address") or f"{value.get('lat')}, {value.get('lon')}"


def _place(lat: Any, lon: Any, address: Any) -> dict[str, Any] | None:
    if type(lat) not in (int, float) or type(lon) not in (int, float):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        return None
    return {"lat": float(lat), "lon": float(lon), "address": str(address)[:_LONGEST] if address else None}


INPUT = LocationInput()
