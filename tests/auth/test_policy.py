"""What people are called, what passwords nobody may choose, and codes that count once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pyotp
import pytest

from omnisupport.auth.devices import device_of
from omnisupport.auth.passwords import check_password
from omnisupport.auth.policy import RECOVERY_CODES, RESET_PASSWORD, STEP_S
from omnisupport.auth.totp import Seeds, new_recovery_codes, otpauth_url, qr_svg, recovery_digest
from omnisupport.domain.people import parse_address, parse_name
from omnisupport.domain.slugs import slug_of
from omnisupport.domain.two_factor import needs_second_factor
from omnisupport.errors import Invalid
from omnisupport.net.sealing import SealBroken, Sealer
from omnisupport.storage.queries.tenants import SLUG

NOW = datetime(2026, 11, 26, 12, 0, 10, tzinfo=UTC)

# --- addresses and names ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["Me@Example.COM", " me@example.com ", "ｍｅ@example.com", "me＠example.com"]
)
def test_an_address_has_one_spelling(typed: str) -> None:
    assert parse_address(typed) == "me@example.com"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "me",
        "me@",
        "@example.com",
        "m e@example.com",
        "me@exam\u200bple.com",
        "\u202eme@example.com",
        "me\xad@example.com",
        "me@example.com\x00",
        "meㅤ@example.com",
        "me️@example.com",
        "x" * 300,
    ],
)
def test_an_address_with_something_unseen_is_none(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_address(typed)
    assert (refused.value.code, refused.value.field) == ("email_invalid", "email")


def test_a_name_is_kept_composed_and_without_needless_spaces() -> None:
    assert parse_name("  Ольга   И\u0306орданова ") == "Ольга Йорданова"
    for wrong in ("", "   ", "x" * 101, "a\nb", "a\x00b", "\u202eагьлО", "Оль\u200bга", "\u3164", "a\u2066b"):
        with pytest.raises(Invalid) as refused:
            parse_name(wrong)
        assert refused.value.code == "name_invalid", wrong


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Чайная Щука", "chaynaya-shchuka"),
        ("Café «Déjà» №1", "cafe-deja-no1"),
        ("茶", "workspace"),
        ("--", "workspace"),
    ],
)
def test_a_slug_is_spelt_from_the_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug
    assert SLUG.fullmatch(slug_of(name * 40))


# --- passwords --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password", ["password", "12345678", "PassWord", "ｐassword", "qwertyuiop", "baseball"]
)
def test_a_password_of_the_lists_is_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_password(password)
    assert (refused.value.code, refused.value.field) == ("password_common", "password")


@pytest.mark.parametrize(
    "password",
    [
        "Petrova12345",
        "Щукаqwerty",
        "olga.petrova",
        "Petrova1985",
        "me@example.com",
        "ЧайнаяЩука!",
        "чайная-щука",
    ],
)
def test_ones_own_data_make_no_password(password: str) -> None:
    own = ("olga.petrova@example.com", "me@example.com", "Ольга Петрова", "Чайная Щука")
    with pytest.raises(Invalid) as refused:
        check_password(password, own=own)
    assert refused.value.code == "password_common"
    check_password("correct horse battery staple", own=own)
    check_password("petrova likes green tea", own=own)


# --- the second factor ------------------------------------------------------------------------------------


def test_a_code_fits_one_step_either_way_and_counts_once() -> None:
    seeds, person = Seeds(Sealer([bytes(32)])), uuid4()
    secret, sealed = seeds.new(person)
    assert secret.encode() not in sealed
    step = int(NOW.timestamp()) // STEP_S
    for steps in (-1, 0, 1):
        code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=STEP_S * steps))
        assert seeds.step_of(person, sealed, code, NOW, None) == step + steps
        assert seeds.step_of(person, sealed, f" {code[:3]} {code[3:]}", NOW, step - 2) == step + steps
        assert seeds.step_of(person, sealed, code, NOW, step + steps) is None
    for steps in (-2, 2):
        code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=STEP_S * steps))
        assert seeds.step_of(person, sealed, code, NOW, None) is None
    for wrong in ("", "000", "abcdef", "١٢٣٤٥٦", "1" * 40):
        assert seeds.step_of(person, sealed, wrong, NOW, None) is None
    with pytest.raises(SealBroken):
        seeds.step_of(uuid4(), sealed, "123456", NOW, None)


def test_the_picture_holds_the_link_and_nothing_that_runs() -> None:
    url = otpauth_url("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "me@example.com")
    assert (
        url
        == "otpauth://totp/OmniSupport:me%40example.com?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=OmniSupport"
    )
    picture = qr_svg(url)
    assert picture.startswith("<svg ")
    assert not any(word in picture for word in ("script", "style=", "href", "<image", " on"))


def test_recovery_codes_are_many_and_kept_as_digests() -> None:
    codes, hashes = new_recovery_codes()
    assert len(set(codes)) == len(set(hashes)) == RECOVERY_CODES
    assert [recovery_digest(code.upper().replace("-", " ")) for code in codes] == hashes
    assert all(re.fullmatch(r"([a-z2-7]{4}-){5}[a-z2-7]{4}", code) for code in codes), "120 bits each"


@pytest.mark.parametrize(
    ("setting", "role", "needed"),
    [
        (None, "owner", False),
        ("nobody", "owner", False),
        ("admins", "owner", True),
        ("admins", "admin", True),
        ("admins", "operator", False),
        ("everybody", "operator", True),
        (True, "analyst", True),
        (1.5, "owner", False),
    ],
)
def test_a_tenant_says_who_needs_a_second_factor(setting: object, role: str, needed: bool) -> None:
    assert needs_second_factor(setting, role) is needed


def test_a_reset_lives_no_longer_than_half_an_hour() -> None:
    assert timedelta(minutes=30) >= RESET_PASSWORD


# --- devices ----------------------------------------------------------------------------------------------

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile/15E Safari/604.1"


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (WINDOWS, "Chrome, Windows"),
        (f"{WINDOWS} Edg/140.0", "Edge, Windows"),
        (IPHONE, "Safari, iPhone"),
        ("python-httpx/0.28", "python-httpx"),
        ("", None),
        (None, None),
        (" ", None),
        ("/", None),
    ],
)
def test_a_device_has_a_name(user_agent: str | None, device: str | None) -> None:
    assert device_of(user_agent) == device


def test_an_address_with_what_nobody_sees_is_refused_for_that_reason() -> None:
    with pytest.raises(Invalid, match="cannot be seen") as refused:
        parse_address("own\u200ber@example.com")
    assert (refused.value.code, refused.value.field) == ("email_invalid", "email")
