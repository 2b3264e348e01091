"""What an import lost, changed or added, said in Russian and in English with its place in the source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Loss:
    """One difference between the source and the imported scenario.

    `error`: something the source did is not done · `warning`: it is done differently, or needs a look ·
    `info`: only looks are lost, or something was added. `path` and the place are the source's, `source`
    is the block's name there, `node` the node's id here.
    """

    code: str
    severity: Severity
    message: dict[str, str]
    file: str
    line: int
    column: int
    path: str
    source: str | None = None
    node: str | None = None

    def text(self, locale: str = "en") -> str:
        """`bot.json:14:9: warning L130 exit 'next' leads nowhere … [groups[0].blocks[1]]`."""
        said = self.message.get(locale) or self.message["en"]
        return f"{self.file}:{self.line}:{self.column}: {self.severity} {self.code} {said} [{self.path}]"

    def __str__(self) -> str:
        return self.text()

    def to_dict(self) -> dict[str, Any]:
        """The loss as JSON values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


class Sentence(NamedTuple):
    """A loss's severity and its sentence; `{words}` are filled in by the importer."""

    severity: Severity
    ru: str
    en: str


LOSSES: dict[str, Sentence] = {
    "L001": Sentence("error", "это не {format}: {wanted}", "this is no {format}: {wanted}"),
    "L002": Sentence(
        "warning",
        "версия '{version}' не проверялась, перенос по правилам версии {known}",
        "version '{version}' is untried, it was imported by the rules of version {known}",
    ),
    "L003": Sentence(
        "error",
        "сценарий получился больше {limit} байт: разделите исходный",
        "the scenario came out larger than {limit} bytes: split the source",
    ),
    "L100": Sentence(
        "warning",
        "'{name}' не перенесено (значений внутри: {count})",
        "'{name}' is not carried over (values inside: {count})",
    ),
    "L101": Sentence(
        "info",
        "'{name}' касается только оформления или учёта и не переносится",
        "'{name}' is about looks or bookkeeping only and is not carried over",
    ),
    "L110": Sentence(
        "error",
        "у блока '{type}' здесь нет соответствия: на его месте заметка",
        "block '{type}' has no counterpart here: a note stands in its place",
    ),
    "L111": Sentence(
        "error",
        "код не переносится: {code}",
        "code is not carried over: {code}",
    ),
    "L112": Sentence(
        "error",
        "значение '{value}' здесь не вычислить, переменная не меняется",
        "the value '{value}' cannot be computed here, the variable stays as it is",
    ),
    "L120": Sentence(
        "error",
        "условие не переведено ({reason}): оно никогда не выполняется",
        "the condition could not be translated ({reason}): it never holds",
    ),
    "L121": Sentence("warning", "работает немного иначе: {what}", "works somewhat differently: {what}"),
    "L122": Sentence(
        "error",
        "вставка {text} не переведена и стоит в тексте как есть",
        "the insertion {text} could not be translated and stands in the text as it is",
    ),
    "L123": Sentence(
        "error",
        "тело запроса не похоже на JSON и не перенесено",
        "the request's body does not read as JSON and is not carried over",
    ),
    "L130": Sentence(
        "warning",
        "выход '{exit}' никуда не ведёт: здесь разговор с ботом заканчивается",
        "exit '{exit}' leads nowhere: the bot's part ends here",
    ),
    "L131": Sentence(
        "error",
        "'{target}' не существует: здесь разговор с ботом заканчивается",
        "'{target}' does not exist: the bot's part ends here",
    ),
    "L132": Sentence(
        "info",
        "'{exit}' и в исходном ни с чем не соединён",
        "'{exit}' is connected to nothing in the source either",
    ),
    "L140": Sentence(
        "info",
        "добавлено: ожидание не дольше {timeout} и выход для ответа, который не понят",
        "added: a wait of at most {timeout}, and a way out for an answer that is not understood",
    ),
    "L141": Sentence("info", "добавлено: {what}", "added: {what}"),
    "L150": Sentence(
        "info",
        "переменная '{name}' теперь называется vars.{new}",
        "variable '{name}' is now called vars.{new}",
    ),
    "L151": Sentence(
        "warning",
        "'{name}' нигде не объявлено: добавлена переменная vars.{new}",
        "'{name}' is declared nowhere: variable vars.{new} was added",
    ),
    "L160": Sentence(
        "warning",
        "создайте подключение '{connection}' с адресом {url}: адрес и ключи в сценарии не хранятся",
        "create connection '{connection}' for {url}: a scenario keeps no addresses and no keys",
    ),
    "L161": Sentence(
        "warning",
        "другой сценарий '{name}': перенесите его и укажите вместо '{new}'",
        "another scenario '{name}': import it too and name it in place of '{new}'",
    ),
    "L170": Sentence(
        "warning",
        "вложение показано ссылкой",
        "the attachment is shown as a link",
    ),
    "L171": Sentence(
        "warning",
        "из вариантов ответа взят первый, остальные не перенесены ({count})",
        "of the variants of an answer the first was taken, the others are not carried over ({count})",
    ),
    "L180": Sentence(
        "error",
        "событие '{name}' здесь ничего не запускает",
        "the event '{name}' starts nothing here",
    ),
    "L181": Sentence(
        "error",
        "'{name}' не перенесено: поправки, отмену и помощь здесь ведут сами ждущие узлы",
        "'{name}' is not carried over: corrections, cancelling and help are the waiting nodes' own here",
    ),
}
