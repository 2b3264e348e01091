"""The words of the node `message`."""

from __future__ import annotations

from omnisupport.scenario_dsl.reference.words import NodeWords
from omnisupport.scenario_dsl.words import Both

WORDS = NodeWords(
    title=Both("Сообщение", "Message"),
    about=Both(
        (
            "Говорит клиенту одно или несколько сообщений и идёт дальше, не дожидаясь ответа. "
            "Кнопки здесь только открывают адреса; выбор задаёт menu. Если каналу чего-то не "
            "хватает, `fallback` решает, чем это заменить."
        ),
        (
            "Tells the customer one message or several and goes on without waiting. Its buttons "
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
        "typing": Both("показать «печатает»", "show that somebody is typing"),
        "delay": Both("пауза перед сообщением", "a pause before the message"),
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
