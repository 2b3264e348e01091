"""The words of dates and times, folded: lower case, `ё` as `е`."""

from __future__ import annotations


def _numbered(*groups: str, first: int = 0) -> dict[str, int]:
    """Each group of words with its number."""
    return {word: number for number, group in enumerate(groups, first) for word in group.split()}


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


MONTHS = _numbered(
    "январь января январе янв january jan",
    "февраль февраля феврале фев февр february feb",
    "март марта марте мар march mar",
    "апрель апреля апреле апр april apr",
    "май мая мае may",
    "июнь июня июне июн june jun",
    "июль июля июле июл july jul",
    "август августа августе авг august aug",
    "сентябрь сентября сентябре сен сент september sep sept",
    "октябрь октября октябре окт october oct",
    "ноябрь ноября ноябре ноя нояб november nov",
    "декабрь декабря декабре дек december dec",
    first=1,
)

WEEKDAYS = _numbered(
    "понедельник понедельника понедельнику пн понед monday mon",
    "вторник вторника вторнику вт tuesday tue tues",
    "среда среду среды среде ср wednesday wed weds",
    "четверг четверга четвергу чт четв thursday thu thur thurs",
    "пятница пятницу пятницы пятнице пт пятн friday fri",
    "суббота субботу субботы субботе сб суб saturday sat",
    "воскресенье воскресенья воскресенью вс воскр sunday sun",
)

DAYS = {
    "позавчера": -2,
    "вчера": -1,
    "yesterday": -1,
    "сегодня": 0,
    "сегодняшний": 0,
    "today": 0,
    "завтра": 1,
    "завтрашний": 1,
    "tomorrow": 1,
    "tmrw": 1,
    "tmr": 1,
    "tomorow": 1,
    "tommorow": 1,
    "tommorrow": 1,
    "послезавтра": 2,
}

NUMBERS = _numbered(
    "ноль нуль zero",
    "один одну одна одного one",
    "два две двух two",
    "три трех three",
    "четыре четырех four",
    "пять пяти five",
    "шесть шести six",
    "семь семи seven",
    "восемь восьми eight",
    "девять девяти nine",
    "десять десяти ten",
    "одиннадцать одиннадцати eleven",
    "двенадцать двенадцати twelve",
    "тринадцать тринадцати thirteen",
    "четырнадцать четырнадцати fourteen",
    "пятнадцать пятнадцати fifteen",
    "шестнадцать шестнадцати sixteen",
    "семнадцать семнадцати seventeen",
    "восемнадцать восемнадцати eighteen",
    "девятнадцать девятнадцати nineteen",
)
TENS = {
    "двадцать": 20,
    "двадцати": 20,
    "twenty": 20,
    "тридцать": 30,
    "тридцати": 30,
    "thirty": 30,
    "сорок": 40,
    "сорока": 40,
    "forty": 40,
    "пятьдесят": 50,
    "пятидесяти": 50,
    "fifty": 50,
}

# «пятого марта», «пятое марта», "the fifth of March"; the Russian ones are also hours: «половина пятого».
ORDINALS = _numbered(
    "первое первого first",
    "второе второго second",
    "третье третьего third",
    "четвертое четвертого fourth",
    "пятое пятого fifth",
    "шестое шестого sixth",
    "седьмое седьмого seventh",
    "восьмое восьмого eighth",
    "девятое девятого ninth",
    "десятое десятого tenth",
    "одиннадцатое одиннадцатого eleventh",
    "двенадцатое двенадцатого twelfth",
    "тринадцатое тринадцатого thirteenth",
    "четырнадцатое четырнадцатого fourteenth",
    "пятнадцатое пятнадцатого fifteenth",
    "шестнадцатое шестнадцатого sixteenth",
    "семнадцатое семнадцатого seventeenth",
    "восемнадцатое восемнадцатого eighteenth",
    "девятнадцатое девятнадцатого nineteenth",
    "двадцатое двадцатого twentieth",
    first=1,
) | {"тридцатое": 30, "тридцатого": 30, "thirtieth": 30}

# Endings after a number: «5-го», "5th".
ORDINAL_ENDINGS = _set("го е ого ое st nd rd th")

SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, YEAR = range(7)
UNITS = _numbered(
    "секунда секунду секунды секунд сек с second seconds sec secs s",
    "минута минуту минуты минут мин минутку минуток м minute minutes min mins m",
    "час часа часов часу часик часика ч hour hours hr hrs h",
    "день дня дней денек дн сутки суток дн day days d",
    "неделя неделю недели недель недельку нед week weeks wk wks w",
    "месяц месяца месяцев мес month months mo",
    "год года лет г year years yr yrs y",
)
# Units that a clock is written with: «15 часов», «15 ч».
CLOCK_HOURS = _set("час часа часов ч")

MORNING, AFTERNOON, EVENING, NIGHT = "morning", "afternoon", "evening", "night"
# After an hour: «9 утра», «3 часа дня».
OF_DAY = {"утра": MORNING, "дня": AFTERNOON, "вечера": EVENING, "ночи": NIGHT}
PARTS = {
    "утром": MORNING,
    "с утра": MORNING,
    "днем": AFTERNOON,
    "вечером": EVENING,
    "morning": MORNING,
    "afternoon": AFTERNOON,
    "evening": EVENING,
}
# The hour that a part of the day means where no hour is named.
PART_HOURS = {MORNING: 9, AFTERNOON: 14, EVENING: 19}

NAMED_TIMES = {
    "полдень": (12, 0),
    "полудень": (12, 0),
    "noon": (12, 0),
    "midday": (12, 0),
    "полночь": (0, 0),
    "midnight": (0, 0),
}

BEFORE_HOUR = _set("в во к at by")
NEXT = _set("следующий следующая следующую следующее следующей след next")
THIS = _set("этот эту это эта этой this")
NEAREST = _set("ближайший ближайшую ближайшее ближайшая coming upcoming")
PAST = _set("прошлый прошлую прошлое прошлая last")

# Words that say nothing about the day.
FILLERS = _set("""
    в во на к и а это пусть будет буду давайте давай можно лучше хочу хотел хотела хотелось бы удобно
    пожалуйста плиз если мне запишите запиши наверное где то число спасибо
    on at by the of for and please pls lets let us make it would like i d s is be maybe ok ок okay thanks
    """)

_OTHERS = _set("""
    через назад ago from now later within after before past to day time o clock oclock am pm числа неделе неделю week
    полчаса полчасика полгода полтора полторы пару пара couple a an half quarter половина половине пол четверть четверти
    без с половиной утра morning tonight г год года году
    """)
KNOWN = frozenset().union(
    MONTHS, WEEKDAYS, DAYS, NUMBERS, TENS, ORDINALS, UNITS, OF_DAY, PARTS, NAMED_TIMES, BEFORE_HOUR, NEXT, THIS,
    NEAREST, PAST, FILLERS, _OTHERS,
    (f"пол{word}" for word in ORDINALS),
)  # fmt: skip
"""Every word that may stand in a date."""
