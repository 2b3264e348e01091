"""The types of channels that a scenario may name, and those that hold a company to a window."""

from __future__ import annotations

CHANNELS = ("widget", "telegram", "whatsapp", "sms", "email", "vk", "max", "instagram", "messenger", "api")

# Their rules let a company write freely only for so long after the customer's last message.
WINDOWED = ("whatsapp", "instagram", "messenger")
WINDOW_MS = 86_400_000
