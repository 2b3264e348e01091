"""What customers say to any scenario: a person please, cancel, back, from the beginning.

`cancel`, `back` and `restart` are whole phrases: «отменить заказ» is a question about an order. A wish for
a person comes in too many forms for a list, so it is recognised by its words: at least one that means a
person of ours, and no word besides those that such a wish is made of; one of them may be misspelt. That
somebody needs no operator is no wish for one: it is a `cancel`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from omnisupport.scenario_dsl.keywords import bare

_PHRASES = {
    "cancel": """
        отмена; отменить; отмени; отмените; отменяй; отбой; стоп; хватит; прекрати; прекратите; закончить;
        закончим; выйти; выход; не надо; не нужно; уже не надо; уже не нужно; больше не надо; передумал;
        передумала; я передумал; я передумала;
        cancel; cancel it; cancel this; cancel please; stop; stop it; quit; exit; abort; never mind; nevermind;
        forget it; no need
    """,
    "back": """
        назад; вернуться; вернись; вернитесь; вернуться назад; вернись назад; верни назад; шаг назад;
        на шаг назад; предыдущий вопрос; к предыдущему вопросу; вернуться к предыдущему вопросу;
        back; go back; step back; one step back; previous; previous question
    """,
    "restart": """
        заново; сначала; с начала; начать заново; начать сначала; начни заново; начни сначала; начните сначала;
        давай заново; давай сначала; давайте заново; давайте сначала; в начало; вернуться в начало; перезапуск;
        перезапустить; еще раз сначала; по новой;
        restart; start; start over; start again; begin again; from the beginning; from the start; start from scratch
    """,
    # A wish for a person that names what it refuses, or names nobody.
    "human": """
        человек нужен; живой человек; есть кто живой; есть кто нибудь живой; есть тут кто живой;
        я не хочу говорить с роботом; не хочу говорить с роботом;
        не хочу разговаривать с роботом; не хочу говорить с ботом; не хочу общаться с ботом;
        не хочу общаться с роботом; хватит бота; отключите бота; отключи бота; уберите бота;
        i do not want to talk to a bot;
        i don t want to talk to a bot; i don t want a bot; stop the bot
    """,
}


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Forms of words that mean a person of ours.
_PERSON = _words("""
    оператор оператора оператору оператором операторе операторы операторов операторам операторами
    человек человека человеку человеком человеке люди людей людям людьми
    менеджер менеджера менеджеру менеджером менеджере менеджеры менеджеров
    консультант консультанта консультанту консультантом консультанты консультантов
    специалист специалиста специалисту специалистом специалисты специалистов
    сотрудник сотрудника сотруднику сотрудником сотрудники сотрудников
    поддержка поддержку поддержкой поддержки поддержке саппорт саппорта саппорту
    администратор администратора администратору администратором админ админа
    живой живого живому живым
    operator operators human humans person people agent agents representative representatives rep manager
    consultant specialist staff somebody someone support advisor adviser
    """)

# Words that a wish for a person may have besides.
_AROUND = _words("""
    позовите позови позвать зовите зови вызовите вызови вызвать пригласите пригласи пригласить
    соедините соедини соединить соединиться свяжите свяжи связать связаться связь свяжитесь
    переключите переключи переключить переведите переведи перевести
    передайте передай подключите
    подключи подключить
    дайте дай давайте давай можно можете может хочу хотел хотела бы надо нужен нужна нужно нужны требуется
    поговорить говорить поговорю пообщаться общаться написать спросить чат чате помощь помочь помогите
    пожалуйста пж плиз плз будьте добры прошу здравствуйте привет добрый день
    мне меня нам нас вам вас с со к на в у кого нибудь кто то я мы ли а и сюда сейчас срочно лучше
    просто уже
    живой живого живому живым реальный реального реальным настоящий настоящего настоящим
    вашим ваш ваша вашего вашему вашу
    службу служба службы службой тех технической техническую техподдержку отдел отдела
    please pls plz call get give me us let can could may i we want wanna would like need to the a
    an with speak talk chat
    connect transfer switch put through have is there any real live actual human being customer service help hi hello
    now just rather your from of you for someone speaking talking
    """)

# Alone these are too common: «поддержка» as a whole message is a wish, «живой» is none.
_NOT_ALONE = frozenset(
    [
        "живой",
        "живого",
        "живому",
        "живым",
        "person",
        "people",
        "staff",
        "somebody",
        "someone",
        "люди",
        "людей",
        "manager",
    ]
)
_LONGEST = 14
_MISSPELT = 6
"""Letters from which a word is still known with a wrong one; shorter ones are too like each other."""
_REFUSAL = re.compile(
    r"\bне (?:нужен|нужна|нужно|нужны|надо|хочу|требуется|зови|зовите|звать|вызывайте|переключайте|соединяйте)\b"
    r"|\b(?:don t|dont|do not|no) (?:need|want|call)\b"
)

_LOOKUP = {
    " ".join(phrase.split()): pattern
    for pattern, phrases in _PHRASES.items()
    for phrase in phrases.split(";")
}
_CHARACTERS = 200


def match_pattern(text: str, locale: str) -> str | None:
    """`human`, `cancel`, `back`, `restart`, or None for a message that is none of them.

    Both languages are always understood, whatever the locale: visitors write as they like.
    """
    if not text or len(text) > _CHARACTERS:
        return None
    return _match(text)


@lru_cache(maxsize=4_096)
def _match(text: str) -> str | None:
    words = bare(text)
    known = _LOOKUP.get(words)
    if known is not None:
        return known
    rest, refused = _REFUSAL.subn(" ", words)
    return ("cancel" if refused else "human") if _names_person(rest.split()) else None


def _names_person(words: list[str]) -> bool:
    if not 1 <= len(words) <= _LONGEST:
        return False
    unknown = [word for word in words if word not in _PERSON and word not in _AROUND]
    if len(unknown) > 1:
        return False
    meant = [word for word in words if word in _PERSON]
    if unknown:
        near = {known for form in _deletions(unknown[0]) for known in _NEAR.get(form, ())}
        if not near:
            return False
        meant += near & _PERSON
    return bool(meant) if len(words) > 1 else any(word not in _NOT_ALONE for word in meant)


def _deletions(word: str) -> Iterable[str]:
    """The word and what it is without any one letter; too few letters tell nothing."""
    if len(word) < _MISSPELT:
        return ()
    return [word, *(word[:i] + word[i + 1 :] for i in range(len(word)))]


# Two words one letter apart (missing, added, another, swapped) have one of these forms in common.
_NEAR: dict[str, set[str]] = {}
for _word in sorted(_PERSON | _AROUND):
    for _form in _deletions(_word):
        _NEAR.setdefault(_form, set()).add(_word)
