"""What our mails say, in every language of the product.

A paragraph whose values are not all given is left out; `{link}` is a button in HTML and a line of its own in text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from omnisupport.domain.mail import MailTemplate


@dataclass(frozen=True)
class Sentences:
    """One mail in one language. `subject` falls back to `bare_subject` where its values are not given."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str = ""
    bare_subject: str = ""


HELLO = {"ru": "Здравствуйте, {name}!", "en": "Hello {name},"}
HELLO_NOBODY = {"ru": "Здравствуйте!", "en": "Hello,"}
GOOD_FOR = {"ru": "Ссылка действует {hours} ч.", "en": "The link is good for {hours} h."}
FACTS = {
    "ru": ("Рабочее пространство: {workspace}", "Когда: {at}", "Устройство: {device}", "IP-адрес: {address}"),
    "en": ("Workspace: {workspace}", "When: {at}", "Device: {device}", "IP address: {address}"),
}
"""Of notices: what helps to tell oneself from a thief."""
FOOT = {
    "ru": "Это письмо отправлено автоматически, отвечать на него не нужно.",
    "en": "This mail was sent automatically; nobody reads answers to it.",
}
NOT_YOU = {
    "ru": "Если это были не вы, сразу смените пароль и напишите администратору.",
    "en": "If this was not you, change your password at once and tell your administrator.",
}
SECRET = {
    "ru": "Никому его не сообщайте, кроме чата, который его попросил.",
    "en": "Tell it to nobody but the chat that asked for it.",
}
IGNORE = {
    "ru": "Если вы этого не просили, просто не отвечайте: ничего не изменится.",
    "en": "If you did not ask for this, do nothing: nothing will change.",
}
T = MailTemplate
SENTENCES: Mapping[str, Mapping[str, Sentences]] = {
    T.VERIFY_EMAIL: {
        "ru": Sentences(
            "Подтвердите адрес почты",
            ("Подтвердите, что этот адрес ваш.", "{link}", GOOD_FOR["ru"], IGNORE["ru"]),
            "Подтвердить адрес",
        ),
        "en": Sentences(
            "Confirm your e-mail address",
            ("Confirm that this address is yours.", "{link}", GOOD_FOR["en"], IGNORE["en"]),
            "Confirm the address",
        ),
    },
    T.RESET_PASSWORD: {
        "ru": Sentences(
            "Новый пароль",
            ("Кто-то, вероятно вы, просит задать новый пароль.", "{link}", GOOD_FOR["ru"], IGNORE["ru"]),
            "Задать новый пароль",
        ),
        "en": Sentences(
            "Set a new password",
            ("Somebody, probably you, asked to set a new password.", "{link}", GOOD_FOR["en"], IGNORE["en"]),
            "Set a new password",
        ),
    },
    T.PASSWORD_CHANGED: {
        "ru": Sentences(
            "Пароль изменён", ("Пароль вашей учётной записи изменён.", *FACTS["ru"], NOT_YOU["ru"])
        ),
        "en": Sentences(
            "Your password was changed",
            ("The password of your account was changed.", *FACTS["en"], NOT_YOU["en"]),
        ),
    },
    T.ADDRESS_CHANGED: {
        "ru": Sentences(
            "Адрес почты изменён",
            (
                "Адрес вашей учётной записи изменён. На этот адрес писем больше не будет.",
                "Новый адрес: {email}",
                *FACTS["ru"],
                NOT_YOU["ru"],
            ),
        ),
        "en": Sentences(
            "Your e-mail address was changed",
            (
                "The address of your account was changed. No more mail will come to this one.",
                "New address: {email}",
                *FACTS["en"],
                NOT_YOU["en"],
            ),
        ),
    },
    T.CHANGE_EMAIL: {
        "ru": Sentences(
            "Подтвердите новый адрес почты",
            (
                "Подтвердите, что учётная запись переходит на этот адрес.",
                "{link}",
                GOOD_FOR["ru"],
                IGNORE["ru"],
            ),
            "Подтвердить новый адрес",
        ),
        "en": Sentences(
            "Confirm your new e-mail address",
            ("Confirm that your account moves to this address.", "{link}", GOOD_FOR["en"], IGNORE["en"]),
            "Confirm the new address",
        ),
    },
    T.INVITATION: {
        "ru": Sentences(
            "Приглашение в {workspace}",
            (
                "Вас приглашают работать вместе в OmniSupport.",
                "Рабочее пространство: {workspace}",
                "Приглашает: {inviter}",
                "Роль: {role}",
                "{link}",
                GOOD_FOR["ru"],
                "Если вы не ждали приглашения, просто не отвечайте.",
            ),
            "Принять приглашение",
            "Приглашение в OmniSupport",
        ),
        "en": Sentences(
            "Invitation to {workspace}",
            (
                "You are invited to work together in OmniSupport.",
                "Workspace: {workspace}",
                "Invited by: {inviter}",
                "Role: {role}",
                "{link}",
                GOOD_FOR["en"],
                "If you did not expect an invitation, do nothing.",
            ),
            "Accept the invitation",
            "Invitation to OmniSupport",
        ),
    },
    T.SIGN_IN_NEW_DEVICE: {
        "ru": Sentences(
            "Вход с нового устройства",
            ("В вашу учётную запись вошли с нового устройства.", *FACTS["ru"], NOT_YOU["ru"]),
        ),
        "en": Sentences(
            "Sign-in from a new device",
            ("Somebody signed in to your account from a new device.", *FACTS["en"], NOT_YOU["en"]),
        ),
    },
    T.ACCOUNT_EXISTS: {
        "ru": Sentences(
            "У вас уже есть учётная запись",
            (
                "Кто-то, вероятно вы, регистрируется с этим адресом, но учётная запись с ним уже есть.",
                "Войдите в неё; если забыли пароль, задайте новый на той же странице.",
                "{link}",
                IGNORE["ru"],
            ),
            "Войти",
        ),
        "en": Sentences(
            "You have an account already",
            (
                "Somebody, probably you, is registering with this address, but it has an account already.",
                "Sign in to it; if you forgot the password, set a new one on the same page.",
                "{link}",
                IGNORE["en"],
            ),
            "Sign in",
        ),
    },
    T.EXPORT_READY: {
        "ru": Sentences(
            "Выгрузка данных готова",
            (
                "Выгрузка, которую вы просили, готова. Её можно скачать в настройках, в разделе о личных данных.",
                "Рабочее пространство: {workspace}",
                "Файл хранится {hours} ч., потом удаляется.",
            ),
        ),
        "en": Sentences(
            "Your export is ready",
            (
                "The export that you asked for is ready. Download it in the settings, under privacy.",
                "Workspace: {workspace}",
                "The file is kept for {hours} h and then removed.",
            ),
        ),
    },
    T.CHANNEL_BROKEN: {
        "ru": Sentences(
            "Канал «{channel}» не работает",
            (
                "Канал «{channel}» неисправен дольше пяти минут: сообщения могут не приходить или не уходить.",
                "{problem}",
                "Рабочее пространство: {workspace}",
                "С какого времени: {at}",
                "На странице канала сказано, что сделать.",
                "{link}",
            ),
            "Исправить",
            "Канал не работает",
        ),
        "en": Sentences(
            "The channel “{channel}” does not work",
            (
                "The channel “{channel}” has been out of order for more than five minutes: messages may not arrive"
                " or leave.",
                "{problem}",
                "Workspace: {workspace}",
                "Since: {at}",
                "The channel's page says what to do.",
                "{link}",
            ),
            "Mend it",
            "A channel does not work",
        ),
    },
    T.CHANNEL_MENDED: {
        "ru": Sentences(
            "Канал «{channel}» снова работает",
            ("Канал «{channel}» снова работает.", "Рабочее пространство: {workspace}", "{link}"),
            "Открыть канал",
            "Канал снова работает",
        ),
        "en": Sentences(
            "The channel “{channel}” works again",
            ("The channel “{channel}” works again.", "Workspace: {workspace}", "{link}"),
            "Open the channel",
            "A channel works again",
        ),
    },
    T.SCENARIO_NOTICE: {
        "ru": Sentences(
            "Сценарий «{scenario}»", ("{text}", "Рабочее пространство: {workspace}"), "", "Сценарий"
        ),
        "en": Sentences("Scenario “{scenario}”", ("{text}", "Workspace: {workspace}"), "", "Scenario"),
    },
    T.SCENARIO_LETTER: {
        "ru": Sentences("Сообщение от «{workspace}»", ("{text}",), "", "Сообщение"),
        "en": Sentences("A message from {workspace}", ("{text}",), "", "A message"),
    },
    T.SCENARIO_CODE: {
        "ru": Sentences(
            "Код подтверждения: {code}",
            ("Ваш код для «{workspace}»: {code}", "Он действует {minutes} мин.", SECRET["ru"], IGNORE["ru"]),
            "",
            "Код подтверждения",
        ),
        "en": Sentences(
            "Your code: {code}",
            (
                "Your code for {workspace}: {code}",
                "It is good for {minutes} min.",
                SECRET["en"],
                IGNORE["en"],
            ),
            "",
            "Your code",
        ),
    },
    T.TWO_FACTOR_CHANGED: {
        "ru": Sentences(
            "Двухфакторная защита изменена",
            ("{state}", *FACTS["ru"], NOT_YOU["ru"]),
        ),
        "en": Sentences(
            "Your second factor was changed",
            ("{state}", *FACTS["en"], NOT_YOU["en"]),
        ),
    },
}
STATES: Mapping[str, Mapping[str, str]] = {
    "on": {
        "ru": "Вход с кодом из приложения включён.",
        "en": "Signing in with a code of your app was turned on.",
    },
    "off": {
        "ru": "Вход с кодом из приложения выключен.",
        "en": "Signing in with a code of your app was turned off.",
    },
    "codes": {"ru": "Созданы новые коды восстановления.", "en": "New recovery codes were made."},
}
