"""The codec endpoint is asked by one page beside ours: the Temporal UI of the deployment."""

from __future__ import annotations

import httpx2
import pytest

from omnisupport.settings import Settings
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import make_tenant

PATH = "/api/v1/codec/decode"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_page_opens_nothing(product: Product, settings: Settings, origin: str) -> None:
    async with (
        Operator(product.url, await make_tenant(settings)) as owner,
        httpx2.AsyncClient(base_url=product.url) as http,
    ):
        headers = {"Origin": origin, "Authorization": f"Bearer {owner._token}"}
        for method in ("POST", "OPTIONS"):
            answer = await http.request(method, PATH, json={"payloads": []}, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed"), method
            assert "access-control-allow-origin" not in answer.headers
        ui = product.ready["urls"]["temporal_ui"]
        answer = await http.post(PATH, json={"payloads": []}, headers={**headers, "Origin": ui})
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, ui)
