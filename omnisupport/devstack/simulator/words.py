"""What the simulator's page says, in Russian and English."""

from __future__ import annotations

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "ru": {
        "title": "Симулятор каналов",
        "intro": "Здесь вы клиент: адаптеры и вебхуки настоящие, а вместо провайдеров отвечают их двойники.",
        "channels": "Подключённые каналы",
        "none": "Пока ни одного. Подключите канал ниже.",
        "connect": "Подключить",
        "connecting": "Канал подключается: через несколько секунд он появится в списке.",
        "by_hand": "Или подключите его в консоли с этими данными",
        "no_login": "Демо-магазина в этой папке состояния нет, поэтому подключите канал в консоли с этими данными.",
        "refused": "Продукт не подключил канал: {reason}",
        "not_there": "Такого канала или сообщения здесь нет. Вернитесь к списку каналов и обновите страницу.",
        "chat": "Переписка",
        "empty": "Напишите первое сообщение.",
        "person": "Телефон клиента (только цифры)",
        "as_person": "Открыть переписку",
        "text": "Сообщение",
        "file": "Файл",
        "send": "Отправить",
        "you": "Вы",
        "shop": "Магазин",
        "status": "статус",
        "sent": "принято",
        "delivered": "доставлено",
        "read": "прочитано",
        "failed": "не доставлено",
        "failed_own": "продукт не принял",
        "mark": "Отметить",
        "request": "Что получил провайдер",
        "faults": "Сбои провайдера",
        "fault": "Как ведёт себя провайдер",
        "well": "Отвечает как обычно",
        "busy": "Просит подождать (429)",
        "blocked": "Клиент заблокировал нас",
        "silent": "Доставляет и молчит (таймаут после приёма)",
        "set": "Применить",
        "widget": "Виджет: открыть демо-магазин",
        "other": "English",
    },
    "en": {
        "title": "Simulator of channels",
        "intro": "Here you are the customer. Adapters and webhooks are real, and doubles stand in for providers.",
        "channels": "Connected channels",
        "none": "None yet. Connect one below.",
        "connect": "Connect",
        "connecting": "The channel is being connected: it is listed in a few seconds.",
        "by_hand": "Or connect it in the console with these credentials",
        "no_login": "This state folder has no demo shop: connect the channel in the console with these credentials.",
        "refused": "The product did not connect the channel: {reason}",
        "not_there": "There is no such channel or message here. Go back to the list of channels and load it anew.",
        "chat": "Conversation",
        "empty": "Write the first message.",
        "person": "The customer's phone (digits only)",
        "as_person": "Open the conversation",
        "text": "Message",
        "file": "File",
        "send": "Send",
        "you": "You",
        "shop": "Shop",
        "status": "status",
        "sent": "taken",
        "delivered": "delivered",
        "read": "read",
        "failed": "not delivered",
        "failed_own": "the product did not take it",
        "mark": "Mark as",
        "request": "What the provider got",
        "faults": "The provider's faults",
        "fault": "How the provider behaves",
        "well": "Answers as usual",
        "busy": "Asks to wait (429)",
        "blocked": "The customer has blocked us",
        "silent": "Delivers and says nothing (timeout after acceptance)",
        "set": "Apply",
        "widget": "Widget: open the demo shop",
        "other": "Русский",
    },
}
NAMES: Mapping[tuple[str, str], str] = {
    ("telegram", "telegram"): "Telegram",
    ("whatsapp", "meta"): "WhatsApp (Meta)",
    ("whatsapp", "twilio"): "WhatsApp (Twilio)",
    ("sms", "twilio"): "SMS (Twilio)",
    ("vk", "vk"): "VK",
    ("max", "max"): "MAX",
    ("api", "api"): "API",
}
"""The brands of channels, by channel type and provider: the same in both languages."""


def language_of(asked: str | None, accepted: str) -> str:
    """What was asked for, else the browser's."""
    if asked in WORDS:
        return str(asked)
    return "ru" if accepted.lower().startswith("ru") else "en"
