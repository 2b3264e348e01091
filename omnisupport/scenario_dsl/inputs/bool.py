"""Yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from omnisupport.scenario_dsl.expr.types import BOOL, Type
from omnisupport.scenario_dsl.inputs.base import Answer, InputKind, Parsed
from omnisupport.scenario_dsl.keywords import bare, fold
from omnisupport.scenario_dsl.phrases import NO, YES
from omnisupport.scenario_dsl.words import Both

if TYPE_CHECKING:
    from omnisupport.scenario_dsl.filters import Surroundings


def _phrases(text: str) -> frozenset[str]:
    return frozenset(" ".join(phrase.split()) for phrase in text.split(";"))


_YES = _phrases("""
    да; да да; ага; угу; ок; окей; ok; okay; ладно; хорошо; конечно; да конечно; конечно да; верно; все верно;
    да верно; да все верно; правильно; все правильно; да правильно; точно; именно; согласен; согласна; подтверждаю;
    подтверждено; годится; подходит; пойдет; давайте; давай; да давайте; да давай; хочу; да хочу; нужно; да нужно; надо;
    да надо; нужен; нужна; можно; да можно; да пожалуйста; пожалуйста; еще бы; естественно; разумеется; безусловно;
    положительно; так точно; есть; да есть; имеется; плюс; все так; да все так; так и есть; буду; да буду;
    готов; готова;
    yes; y; yeah; yep; yup; ya; yes please; please; sure; of course; certainly; absolutely; definitely; correct;
    right; that s right; that is right; that s correct; yes correct; true; confirm; confirmed; agree; i agree; agreed;
    i do; alright; all right; fine; sounds good; looks good; go ahead; good; great; affirmative; yes sure; yes i do
    """)
_NO = _phrases("""
    нет; не; неа; нее; нет нет; нет спасибо; спасибо нет; нет не надо; нет не нужно; не надо; не нужно; не нужен;
    не нужна; не хочу; нет не хочу; не согласен; не согласна; неверно; не верно; нет неверно; неправильно; не правильно;
    не так; все не так; не подходит; не то; ни в коем случае; ни за что; никак нет; никогда; отказываюсь; отказ;
    отрицательно; нет конечно; конечно нет; точно нет; нельзя; минус; не буду; нету; нет не так; пока нет; не сейчас;
    no; n; nope; nah; no thanks; no thank you; not really; no need; not now; never; wrong; incorrect; false;
    that s wrong; that is wrong; not correct; that s not right; i don t; i do not; disagree; i disagree; decline;
    negative; of course not; absolutely not; no i don t; no way; not yet
    """)
_SIGNS = {
    "+": True,
    "👍": True,
    "✅": True,
    "👌": True,
    "-": False,
    "–": False,
    "👎": False,
    "❌": False,
    "🙅": False,
}
# Phrases that end a scenario elsewhere and are a «нет» where yes or no is asked for.
SOFT_NO = _phrases("не надо; не нужно; no need; не нужен оператор")


def read_bool(text: str) -> bool | None:
    """Yes or no, in either language, or None."""
    if len(text) > 60:
        return None
    sign = _SIGNS.get(fold(text).replace("\ufe0f", ""))
    if sign is not None:
        return sign
    words = bare(text)
    return True if words in _YES else False if words in _NO else None


class BoolInput(InputKind):
    """`{kind: bool}`: two buttons, and the many words for yes and no in both languages."""

    name = "bool"
    question = Both("Да или нет?", "Yes or no?")
    title = Both("Ответ", "Answer")

    def type(self, data: dict[str, Any]) -> Type:
        return BOOL

    def offers(self, data: dict[str, Any]) -> list[tuple[str, Both]]:
        return [("yes", YES), ("no", NO)]

    def parse(self, answer: Answer, data: dict[str, Any]) -> Parsed | None:
        value = read_bool(answer.text)
        return None if value is None else Parsed(value)

    def find(self, answer: Answer, data: dict[str, Any]) -> None:
        """Nothing: a «да» in a first message answers something else."""

    def show(self, value: Any, around: Surroundings) -> str:
        return (YES if value else NO).pick(around.locale)


INPUT = BoolInput()
