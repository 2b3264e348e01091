"""Settings of the product that say where a provider is, and below which name its double is served."""

from __future__ import annotations

from collections.abc import Mapping

ADDRESSES: Mapping[str, str] = {
    "TELEGRAM_API_URL": "telegram",
    "WHATSAPP_API_URL": "meta",
    "TWILIO_API_URL": "twilio",
    "VK_API_URL": "vk",
    "MAX_API_URL": "max",
}
