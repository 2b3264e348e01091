"""What is asked in a customer's message: without the greeting, the politeness and the data around it."""

from __future__ import annotations

import re

from omnisupport.scenario_dsl.patterns import match_pattern

# Patterns, `;` between them. What begins the question itself stays: «а» goes, «как» does not.
_OPENINGS = """
привет; приветик; приветствую; здравствуйте?; здрасть?те; хай; салют; добрый (день|вечер); доброе утро;
доброго (дня|утра|вечера|времени( суток)?); доброй ночи; извините; простите; прошу прощения; пожалуйста; пож; пжл; плиз;
слушайте?; смотрите; будьте (добры|любезны); подскажите?; скажите?; расскажите; уточните; ответьте;
(вы )?(можете|не могли бы( вы)?|могли бы( вы)?) (под)?сказать; (не )?(под)?скажете;
(я )?(хочу|хотела?|хотели|хотелось)( бы)? (узнать|спросить|уточнить); можно (узнать|спросить|уточнить|вопрос);
(меня )?интересует( вопрос)?; ((у меня|есть|ещ[её]|такой|один) )*вопрос; а; и; но; ну; так; вот; кстати; короче;

(hi|hello|hey|hiya|howdy|greetings)( there)?; good (morning|afternoon|evening|day); dear (team|support|sirs?);
excuse me; sorry; please; pls; plz; ((can|could|would|will) (you|u) )?((please|kindly) )?(tell|advise) me;
(i (want|wanted|would like)|i['’]?d like|would like) to (know|ask|find out);
((i have|i had|i['’]?ve got|just) )?(a )?(quick )?question; (i was|i am|i['’]?m|just) wondering; do you know;
(may|can) i ask; so; and; well; but; ok; okay
"""
_CLOSINGS = """
пожалуйста; пож; пжл; плиз; (заранее )?(большое )?спасибо( большое| заранее| вам)*; благодарю; с уважением;
please; pls; plz; (many )?thanks( a lot| in advance)?; thank (you|u)( very much| so much| in advance)?
"""
_BETWEEN = r"[\s,.!?:;)(—–-]*"


def _any(patterns: str) -> str:
    written = [" ".join(pattern.split()) for pattern in patterns.split(";")]
    longest_first = sorted(filter(None, written), key=len, reverse=True)
    return "|".join(longest_first).replace(" ", r"\s+").replace("(", "(?:").replace("(?:?", "(?")


_OPENING = re.compile(rf"(?:(?:{_any(_OPENINGS)})(?!\w){_BETWEEN})+", re.IGNORECASE)
_CLOSING = re.compile(rf"(?:{_BETWEEN}(?<!\w)(?:{_any(_CLOSINGS)}))+[\s.!?)(]*\Z", re.IGNORECASE)

# Whose they are says nothing of what is asked: addresses, and numbers of orders, phones and cards.
_DATA = re.compile(
    r"\S+@\S+|\bhttps?://\S+|\bwww\.\S+"
    r"|\b[^\W\d_]{1,4}[-\s]?\d{5,}\b"
    r"|(?<!\w)(?:\+?\d(?:[ ()-]*\d){8,}|\d{7,})(?!\w)"
)
# Words that only say which of them it is: «моя почта …».
_LABEL = re.compile(
    r"(?:\W|\b(?:это|вот|мой|моя|мои|номер|заказ|заказа|телефон|тел|почта|мейл|имейл|адрес|my|phone|number|order|e|mail"
    r"|email|address|is)\b)*",
    re.IGNORECASE,
)
_SPACE = re.compile(r"\s+")


def core_question(text: str) -> str:
    """What is asked, of a message already cleaned: `Добрый день! А сколько стоит доставка?` asks the last part.

    Empty when nothing is asked: a greeting, thanks, an address or a number alone, `не нужен оператор`.
    """
    bare = _SPACE.sub(" ", _DATA.sub(" ", text)).strip()
    if bare != text and _LABEL.fullmatch(bare):
        return ""
    opening = _OPENING.match(bare)
    if opening:
        bare = bare[opening.end() :]
    bare = _CLOSING.sub("", bare).strip()
    return "" if match_pattern(bare, "ru") == "cancel" else bare
