"""The words of the node `message`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Сообщение", "Message"),
    about=Both(
        (
            "Говорит клиенту одно или несколько сообщений и идёт дальше, не дожидаясь ответа. "
            "С `delay` сообщение звучит после паузы, с `typing` клиент всё это время видит, что ему пишут (без "
            "`delay` — две секунды). Что клиент напишет в паузе, ждёт следующего вопроса; команды и прерывания "
            "действуют сразу. Если разговор взял оператор, сообщение не прозвучит. "
            "Кнопки здесь только открывают адреса; выбор задаёт menu. Если каналу чего-то не "
            "хватает, `fallback` решает, чем это заменить."
        ),
        (
            "Tells the customer one message or several and goes on without waiting. With `delay` it is said after a "
            "pause, and with `typing` the customer sees all that time that somebody writes (two seconds, without "
            "`delay`). What they write in the pause is kept for the next question; built-in patterns and interrupts "
            "act at once. Once an operator has the conversation it is not said. Its buttons "
            "only open addresses; a choice is for menu. What a channel cannot show is replaced as"
            " `fallback` says."
        ),
    ),
    example="""\
nodes:
  hello:
    type: message
    text: {ru: Здравствуйте!, en: Hello!}
    next: news
  news:
    type: message
    content:
      - text: {ru: Новый каталог готов., en: The new catalogue is out.}
        buttons:
          - {id: open, label: {ru: Открыть, en: Open}, url: "https://example.com/catalogue"}
    next: done
  done: {type: end, outcome: done}
""",
    fields={
        "text": Both("текст; для нескольких частей есть content", "the text; content is for several parts"),
        "to": Both(
            "отправить в другой канал: SMS или письмо", "send by another channel: a text message or an e-mail"
        ),
        "to.channel": Both("тип канала", "the type of the channel"),
        "to.address": Both("телефон или адрес", "the phone number or the address"),
        "typing": Both(
            "перед сообщением показать «печатает»: всю паузу, без delay 2 секунды",
            "show before it that somebody writes: for the whole pause, 2 seconds without delay",
        ),
        "delay": Both("пауза перед сообщением, до 60 секунд", "a pause before the message, up to 60 seconds"),
        "fallback": Both(
            "чем заменить то, чего канал не умеет", "what replaces what the channel cannot show"
        ),
    },
    exits={
        "undeliverable": Both("канал не доставил сообщение", "the channel could not deliver it"),
        "window_closed": Both(
            "правила канала уже не дают писать клиенту первым",
            "the channel's rules no longer let you write first",
        ),
    },
)
