"""What customers say to any scenario: a person please, cancel, back, from the beginning, no more advertising.

All but `human` are whole phrases: «отменить заказ» is a question about an order. A wish for a person comes in
too many forms for a list, so it is recognised by its words: at least one that means a person of ours, and no
word besides those that such a wish is made of; one of them may be misspelt. That somebody needs no operator is
no wish for one: it is a `cancel`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from omnisupport.scenario_dsl.keywords import bare

PATTERNS = ("opt_out", "human", "cancel", "restart", "repeat", "back", "skip", "correct")
"""In the order in which they are asked where a scenario's own phrases stand under two of them."""

_PHRASES = {
    "opt_out": """
        отписаться; отпишите меня; отпиши меня; отпишите; отпиши; отпишите меня пожалуйста; хочу отписаться;
        отпишите меня от рассылки; отпиши меня от рассылки; отписаться от рассылки; отпишите от рассылки;
        хочу отписаться от рассылки; отказаться от рассылки; не присылайте рассылку; не присылайте мне рассылку;
        не присылайте больше; больше не присылайте; не присылайте мне больше сообщений; не присылайте рекламу;
        не присылайте мне рекламу; не присылайте мне больше рекламу; не шлите рекламу; не шлите мне рекламу;
        уберите меня из рассылки; удалите меня из рассылки; исключите меня из рассылки; не пишите мне;
        не пишите мне больше; больше не пишите мне; больше мне не пишите; не пишите больше; больше не пишите;
        не пиши мне больше; хватит рекламы; не надо рекламы; без рекламы;
        unsubscribe; unsubscribe me; please unsubscribe; please unsubscribe me; opt out; optout; opt me out;
        i want to unsubscribe; i want to opt out; stop all; stopall; stop promotions; stop advertising;
        remove me from the list; remove me from your list; remove me from your mailing list;
        take me off your list; take me off the list; stop sending me messages; stop sending me ads;
        stop messaging me; stop texting me; do not message me; don t message me; do not text me; don t text me;
        do not write me; don t write me; don t write to me; no more messages; no more ads; no more advertising
    """,
    "repeat": """
        повтори; повторите; повтори вопрос; повторите вопрос; повтори пожалуйста; повторите пожалуйста;
        повтори вопрос пожалуйста; повторите вопрос пожалуйста; пожалуйста повторите; повторите еще раз;
        повтори еще раз; задай вопрос еще раз; задайте вопрос еще раз; можете повторить; можешь повторить;
        можно повторить вопрос; какой вопрос; какой был вопрос; что ты спросил; что вы спросили; не понял вопрос;
        не понял вопроса; не поняла вопрос; не поняла вопроса;
        repeat; repeat please; please repeat; repeat it; repeat that; repeat the question;
        repeat the question please; please repeat the question; can you repeat; can you repeat that;
        can you repeat the question; could you repeat; could you repeat that; could you repeat the question;
        say that again; say it again; come again; what was the question; what did you say; what did you ask; pardon
    """,
    "skip": """
        пропустить; пропусти; пропустим; пропустите; пропустить вопрос; пропусти вопрос; пропустите вопрос;
        пропустить этот вопрос; пропустим этот вопрос; дальше; далее; следующий вопрос;
        skip; skip it; skip this; skip that; skip question; skip the question; skip this question; next question; pass
    """,
    "correct": """
        исправить; исправь; исправьте; исправить ответ; изменить ответ; поменять ответ; исправить мой ответ;
        изменить мой ответ; исправить предыдущий ответ; изменить предыдущий ответ; поменять предыдущий ответ;
        хочу исправить ответ; хочу изменить ответ; я ошибся; я ошиблась; ошибся; ошиблась; ой ошибся; ой ошиблась;
        неправильно ввел; неправильно ввела; я неправильно ввел; я неправильно ввела; не то ввел; не то ввела;
        неправильно написал; неправильно написала;
        i made a mistake; i ve made a mistake; made a mistake; my mistake; change my answer; change answer;
        change the answer; change my last answer; change the last answer; change previous answer;
        change my previous answer; edit my answer; edit answer; correct my answer; correct answer; fix my answer;
        let me correct that; let me correct it; i was wrong; i typed it wrong; wrong answer
    """,
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


def pattern_words() -> frozenset[str]:
    """Every word of the lists, for checks of spelling."""
    phrases = " ".join(_PHRASES.values()).replace(";", " ").split()
    return frozenset(phrases) | _PERSON | _AROUND


@dataclass(frozen=True, slots=True)
class OwnPatterns:
    """What a scenario says about the patterns: `phrases` of its own, and those whose built-in ones do not count."""

    phrases: Mapping[str, str]
    replaced: frozenset[str]
    off: frozenset[str]


def own_patterns(declared: Mapping[str, Any]) -> OwnPatterns:
    """The patterns of an IR, `{name: {mode: add|replace|off, words}}`, ready to be matched."""
    phrases: dict[str, str] = {}
    for name in PATTERNS:
        for words in declared.get(name, {}).get("words", ()):
            phrases.setdefault(bare(words), name)
    modes = {name: pattern["mode"] for name, pattern in declared.items()}
    off = frozenset(name for name, mode in modes.items() if mode == "off")
    return OwnPatterns(phrases, off | {name for name, mode in modes.items() if mode == "replace"}, off)


def match_pattern(text: str, locale: str, own: OwnPatterns | None = None) -> str | None:
    """One of `PATTERNS`, or None for a message that is none of them; `own` is what the scenario changes.

    Both languages are always understood, whatever the locale: visitors write as they like.
    """
    if not text or len(text) > _CHARACTERS:
        return None
    if own is None:
        return _match(text)
    found = own.phrases.get(bare(text))
    if found is None:
        found = _match(text)
        return None if found in own.replaced else found
    return found


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

# Verbs of «поменять телефон», "change the phone".
_CHANGE = _words("""
    поменять поменяй поменяйте изменить измени измените исправить исправь исправьте заменить замени замените
    сменить смени смените обновить обнови обновите
    change edit correct fix update modify replace
    """)
_BEFORE_CHANGE = _words(
    "хочу надо нужно можно давайте давай пожалуйста i want to need can please let me lets a"
)
_BEFORE_NAME = _words("мой мою мое мои свой свою свое my the a неверный неверную пожалуйста please")


def named_correction(text: str) -> list[str] | None:
    """The words for what shall be changed, «поменять мой телефон» gives `["телефон"]`; None when nothing shall."""
    if len(text) > _CHARACTERS:
        return None
    words = bare(text).split()
    while words and words[0] in _BEFORE_CHANGE:
        words.pop(0)
    if not words or words[0] not in _CHANGE:
        return None
    rest = words[1:]
    while rest and rest[0] in _BEFORE_NAME:
        rest.pop(0)
    while rest and rest[-1] in ("пожалуйста", "please"):
        rest.pop()
    return rest or None


STOP_WORDS = _words("stop стоп")
"""Where a company writes first, carriers and laws make this word an `opt_out`."""


def opts_out(text: str, locale: str) -> bool:
    """Whether a message to nobody in particular, which no scenario waits for, wants no more advertising."""
    return match_pattern(text, locale) == "opt_out" or bare(text) in STOP_WORDS
