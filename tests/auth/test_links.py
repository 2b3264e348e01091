"""Links to files: good for five minutes, for one file of one tenant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from omnisupport.auth.links import BUNDLES, LIFETIME, PURPOSE, FileLinks
from omnisupport.errors import NotFound

NOW = datetime(2027, 1, 1, tzinfo=UTC)
KEY, OLD = b"k" * 32, b"o" * 32


def test_a_link_leads_to_its_file_for_five_minutes() -> None:
    tenant, file = uuid4(), uuid4()
    links = FileLinks([KEY])
    token = links.sign(tenant, file, NOW)
    assert links.read(token, NOW + LIFETIME) == (tenant, file)
    with pytest.raises(NotFound):
        links.read(token, NOW + LIFETIME + timedelta(seconds=1))


def test_a_link_of_the_key_before_still_opens_and_of_another_does_not() -> None:
    token = FileLinks([OLD]).sign(uuid4(), uuid4(), NOW)
    FileLinks([KEY, OLD]).read(token, NOW)
    with pytest.raises(NotFound):
        FileLinks([KEY]).read(token, NOW)


@pytest.mark.parametrize("place", range(0, 68, 4))
def test_no_bit_of_a_link_can_be_changed(place: int) -> None:
    import base64

    links = FileLinks([KEY])
    raw = bytearray(base64.urlsafe_b64decode(links.sign(uuid4(), uuid4(), NOW)))
    raw[place] ^= 1
    with pytest.raises(NotFound):
        links.read(base64.urlsafe_b64encode(bytes(raw)).decode(), NOW)


def test_a_link_to_a_file_is_none_to_a_bundle() -> None:
    assert PURPOSE != BUNDLES
