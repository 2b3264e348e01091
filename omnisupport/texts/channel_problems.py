"""What is wrong with a connection, by the code of its problem, as mails say it."""

from __future__ import annotations

from omnisupport.texts import DEFAULT_LOCALE

PROBLEMS: dict[str, dict[str, str]] = {
    "unauthorized": {
        "ru": "Провайдер не принимает ключ доступа: его отозвали, заменили или он истёк.",
        "en": "The provider refuses the credentials: they were revoked, replaced or have expired.",
    },
    "secrets_missing": {
        "ru": "У канала нет ключа доступа. Введите его заново.",
        "en": "The channel has no credentials. Enter them anew.",
    },
    "permission_missing": {
        "ru": "Ключу доступа не хватает прав. Выпустите новый с правами из инструкции.",
        "en": "The credentials lack a permission. Make new ones with the permissions of the guide.",
    },
    "account_inactive": {
        "ru": "Аккаунт у провайдера не активен: его приостановили или закрыли.",
        "en": "The account is not active at the provider: it was suspended or closed.",
    },
    "number_missing": {
        "ru": "В аккаунте провайдера нет этого номера.",
        "en": "The account at the provider does not have this number.",
    },
    "number_limited": {
        "ru": "Провайдер ограничил этот номер: сообщений уходит меньше обычного.",
        "en": "The provider limits this number: fewer messages leave than usual.",
    },
    "number_not_connected": {
        "ru": "Номер у провайдера не подключён. Закончите его подключение в кабинете провайдера.",
        "en": "The number is not connected at the provider. Finish connecting it there.",
    },
    "quality_low": {
        "ru": "Клиенты блокируют этот номер или жалуются на него. Пишите реже и только тем, кто ждёт.",
        "en": "Customers block or report this number. Write less often, and to those who expect it only.",
    },
    "business_account_missing": {
        "ru": "Не указан идентификатор бизнес-аккаунта WhatsApp.",
        "en": "The id of the WhatsApp Business account is not set.",
    },
    "webhook_refused": {
        "ru": "Провайдер не принял адрес для входящих сообщений."
        " Адрес сервера должен быть открыт из интернета по https.",
        "en": "The provider refuses our address for incoming messages."
        " The server has to be reachable from the internet over https.",
    },
    "webhook_failing": {
        "ru": "Провайдер не может доставить нам сообщения по нашему адресу.",
        "en": "The provider cannot deliver messages to our address.",
    },
    "webhook_missing": {
        "ru": "У канала нет адреса для входящих сообщений.",
        "en": "The channel has no address for incoming messages.",
    },
    "webhook_by_hand": {
        "ru": "Адрес для входящих сообщений нужно вписать у провайдера вручную.",
        "en": "The address for incoming messages has to be entered at the provider by hand.",
    },
    "confirming": {
        "ru": "Провайдер подтверждает наш адрес. Обычно это занимает минуту.",
        "en": "The provider is confirming our address. This takes a minute as a rule.",
    },
    "provider_unreachable": {
        "ru": "Провайдер сейчас не отвечает. Мы проверяем снова каждую минуту.",
        "en": "The provider does not answer at the moment. We look again every minute.",
    },
    "mails_put_aside": {
        "ru": "Письма, которые не удалось принять, лежат в почтовом ящике и не видны в разговорах."
        " Прочитайте их там; после обновления запросите письма заново.",
        "en": "Mails that could not be taken lie in the mailbox and are in no conversation."
        " Read them there; after an update, ask for mails anew.",
    },
    "connected_twice": {
        "ru": "Этот аккаунт уже подключён другим каналом. Отключите один из них.",
        "en": "Another channel has connected this account already. Disconnect one of the two.",
    },
}


def say_problem(code: str, locale: str) -> str:
    """The problem in words; a code that has none yet by itself."""
    sentences = PROBLEMS.get(code)
    if sentences is None:
        return code
    return sentences.get(locale, sentences[DEFAULT_LOCALE])
