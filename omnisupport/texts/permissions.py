"""What each permission, role and scope is called where people choose among them, in every language of the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Words = Mapping[str, str]


@dataclass(frozen=True)
class Explained:
    """A title and a sentence, each by language."""

    title: Words
    description: Words


def _both(ru: str, en: str) -> Words:
    return {"ru": ru, "en": en}


def _explained(ru: str, en: str, ru_more: str, en_more: str) -> Explained:
    return Explained(_both(ru, en), _both(ru_more, en_more))


GROUPS: Mapping[str, Words] = {
    "conversations": _both("Диалоги", "Conversations"),
    "customers": _both("Клиенты", "Customers"),
    "team": _both("Команда", "Team"),
    "roles": _both("Роли", "Roles"),
    "api_keys": _both("Ключи API", "API keys"),
    "audit": _both("Журнал действий", "Audit log"),
    "settings": _both("Настройки", "Settings"),
    "connections": _both("Подключения", "Connections"),
    "webhooks": _both("Вебхуки", "Webhooks"),
    "events": _both("События", "Events"),
    "security": _both("Безопасность", "Security"),
    "privacy": _both("Личные данные", "Privacy"),
    "scenarios": _both("Сценарии", "Scenarios"),
    "knowledge": _both("База знаний", "Knowledge"),
    "codec": _both("Движок", "Engine"),
}
"""Titles of the nouns that permissions begin with."""

PERMISSIONS: Mapping[str, Explained] = {
    "conversations.read": _explained(
        "Читать диалоги",
        "Read conversations",
        "Видеть список диалогов и сообщения в них, в пределах охвата роли.",
        "See the inbox and the messages in it, within the reach of the role.",
    ),
    "conversations.reply": _explained(
        "Отвечать",
        "Reply",
        "Писать клиентам и оставлять заметки коллегам.",
        "Write to customers and leave notes for colleagues.",
    ),
    "conversations.assign": _explained(
        "Назначать и передавать",
        "Assign and transfer",
        "Назначать диалог себе или другому, передавать сотруднику или отделу.",
        "Assign a conversation to oneself or another, transfer it to a person or a department.",
    ),
    "conversations.control": _explained(
        "Управлять диалогом",
        "Control",
        "Перехватывать у бота и возвращать ему, завершать, открывать снова, откладывать.",
        "Take over from the bot and hand back, resolve, reopen, snooze.",
    ),
    "customers.read": _explained(
        "Видеть клиентов",
        "Read customers",
        "Открывать карточки клиентов, в пределах охвата роли.",
        "Open customers, within the reach of the role.",
    ),
    "customers.write": _explained(
        "Изменять клиентов",
        "Change customers",
        "Создавать и изменять клиентов, их заметки и согласия, объединять двойников.",
        "Make and change customers, their notes and consents, merge two into one.",
    ),
    "customers.delete": _explained(
        "Удалять клиентов",
        "Delete customers",
        "Удалять карточки клиентов.",
        "Delete customers.",
    ),
    "customers.export": _explained(
        "Выгружать клиентов",
        "Export customers",
        "Выгружать клиентов в файл и загружать из файла.",
        "Take customers out as a file, or in from one.",
    ),
    "team.read": _explained(
        "Видеть команду",
        "See the team",
        "Видеть сотрудников, отделы, навыки и роли.",
        "See members, departments, skills and roles.",
    ),
    "team.manage": _explained(
        "Управлять командой",
        "Manage the team",
        "Приглашать, изменять и исключать сотрудников, вести отделы, навыки и состояния.",
        "Invite, change and remove members; keep departments, skills and availability states.",
    ),
    "team.availability": _explained(
        "Менять доступность других",
        "Set the availability of others",
        "Ставить сотруднику состояние, например «не в сети», за него и назначать ему сверх его нагрузки.",
        "Set a member's state, such as offline, in his place, and assign to him beyond his capacity.",
    ),
    "roles.manage": _explained(
        "Управлять ролями",
        "Manage roles",
        "Создавать и изменять роли, не выше собственных прав.",
        "Make and change roles, never beyond one's own rights.",
    ),
    "api_keys.manage": _explained(
        "Управлять ключами API",
        "Manage API keys",
        "Выпускать ключи рабочего пространства и отзывать любые.",
        "Issue keys of the workspace, and revoke anybody's.",
    ),
    "audit.read": _explained(
        "Читать журнал действий",
        "Read the audit log",
        "Видеть, кто, что и когда изменил.",
        "See who changed what, and when.",
    ),
    "settings.read": _explained(
        "Видеть настройки",
        "See settings",
        "Видеть настройки рабочего пространства, календари, метки и поля.",
        "See the settings of the workspace, calendars, tags and attributes.",
    ),
    "settings.manage": _explained(
        "Изменять настройки",
        "Change settings",
        "Изменять рабочее пространство, календари, метки и поля.",
        "Change the workspace, calendars, tags and attributes.",
    ),
    "connections.manage": _explained(
        "Управлять подключениями",
        "Manage connections",
        "Подключать внешние сервисы и хранить их секреты.",
        "Connect outside services and keep their secrets.",
    ),
    "webhooks.manage": _explained(
        "Управлять вебхуками",
        "Manage webhooks",
        "Сообщать внешним системам о том, что здесь происходит.",
        "Tell outside systems what happens here.",
    ),
    "events.write": _explained(
        "Присылать события",
        "Send events",
        "Сообщать платформе, что произошло в других системах: этого ждут сценарии.",
        "Tell the platform what happened elsewhere: scenarios wait for it.",
    ),
    "security.manage": _explained(
        "Управлять безопасностью",
        "Manage security",
        "Требовать второй фактор, задавать домены и ключи подписи виджета.",
        "Require a second factor, set allowed domains and signing keys of the widget.",
    ),
    "privacy.manage": _explained(
        "Управлять личными данными",
        "Manage privacy",
        "Стирать и выгружать данные человека или всего пространства, задавать сроки хранения.",
        "Erase and export the data of a person or of the whole workspace, set retention.",
    ),
    "scenarios.read": _explained(
        "Видеть сценарии",
        "Read scenarios",
        "Открывать сценарии и их версии.",
        "Open scenarios and their versions.",
    ),
    "scenarios.write": _explained(
        "Изменять сценарии",
        "Write scenarios",
        "Изменять черновики: клиенты этого не видят.",
        "Change drafts: customers see nothing of it.",
    ),
    "scenarios.publish": _explained(
        "Публиковать сценарии",
        "Publish scenarios",
        "Решать, что клиенты услышат с этой минуты.",
        "Decide what customers are told from now on.",
    ),
    "scenarios.run": _explained(
        "Запускать сценарии",
        "Run scenarios",
        "Запускать опубликованный сценарий с триггером api.",
        "Begin a published scenario that has a trigger of the api.",
    ),
    "knowledge.read": _explained(
        "Видеть базу знаний",
        "Read knowledge",
        "Читать базу знаний и проверять ответы по ней.",
        "Read the knowledge base and try its answers.",
    ),
    "codec.decode": _explained(
        "Читать данные движка",
        "Read payloads of the engine",
        "Видеть в Temporal UI содержимое всех диалогов, какого бы отдела они ни были.",
        "See in the Temporal UI what every conversation holds, whatever its department.",
    ),
}

ROLE_NAMES: Mapping[str, Words] = {
    "owner": _both("Владелец", "Owner"),
    "admin": _both("Администратор", "Admin"),
    "supervisor": _both("Старший оператор", "Supervisor"),
    "operator": _both("Оператор", "Operator"),
    "builder": _both("Автор сценариев", "Builder"),
    "analyst": _both("Аналитик", "Analyst"),
}

AVAILABILITY_NAMES: Mapping[str, Words] = {
    "online": _both("В сети", "Online"),
    "away": _both("Отошёл", "Away"),
    "offline": _both("Не в сети", "Offline"),
}
