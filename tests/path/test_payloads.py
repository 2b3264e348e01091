"""What a payload is in history: sealed, small, and readable by newer and older code."""

from __future__ import annotations

from uuid import uuid4

import pytest
from pydantic import ValidationError
from temporalio.api.common.v1 import Payload

from omnisupport.domain.conversation import Chosen, Loaded, Operation, Person, Ring, Row
from omnisupport.temporal import COMPRESS_ABOVE, CompactJson, FixedKeyRing, TenantCodec

JSON = CompactJson()
ROW = Row(
    3, 1, 5, 6, 5, "open", "scenario", state={"vars": {"имя": "Анна"}, "timers": [{"at": 1, "id": "t"}]}
)
CHOSEN = Chosen("menu", "ab", "{}", None, "scenario")
VALUES = [
    Ring(seq=7, prev=6, text="привет"),
    Operation(id="message:1", by=Person("u", "Ольга"), text="да", assignee=Person("v", "Пётр")),
    Loaded(
        ROW,
        None,
        {"type": "widget"},
        {"name": None},
        {"name": "Чай"},
        Chosen("menu", "ab", "{}", None, "scenario"),
    ),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_value_comes_back_as_it_was(value: object) -> None:
    payload = JSON.to_payload(value)
    assert payload is not None
    assert JSON.from_payload(payload, type(value)) == value
    assert JSON.from_payload(payload, type(value) | None) == value  # type: ignore[arg-type]


def test_older_code_reads_what_newer_code_wrote() -> None:
    assert JSON.from_payload(Payload(data=b'{"seq": 3, "of_next_year": 1}'), Ring) == Ring(3)


def test_what_a_type_cannot_be_without_is_missed() -> None:
    with pytest.raises(ValidationError):
        JSON.from_payload(Payload(data=b'{"prev": 3}'), Ring)


@pytest.mark.parametrize("size", [0, COMPRESS_ABOVE // 2, COMPRESS_ABOVE * 4])
async def test_a_sealed_payload_opens_and_a_long_one_is_compressed(size: int) -> None:
    codec = TenantCodec(FixedKeyRing(bytes(32)), uuid4())
    payload = Payload(metadata={"encoding": b"json/plain"}, data=b"7" * size)
    (sealed,) = await codec.encode([payload])
    assert ("zip" in sealed.metadata) == (size > COMPRESS_ABOVE)
    assert len(sealed.data) < size + 64
    assert b"777" not in sealed.data
    assert await codec.decode([sealed]) == [payload]
