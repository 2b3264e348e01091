"""The file is not UTF-8, or holds a forbidden character.

The file was saved in another encoding, or it holds an invisible control character. Customers would read
garbage in place of letters.

Save the file as UTF-8. If one character is named, delete it: it usually came along when a text was
copied.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Файл не в UTF-8 или с запрещённым символом.

Файл сохранён в другой кодировке, или в нём есть невидимый управляющий символ. Клиенты увидели бы мусор
вместо букв.

Сохраните файл в UTF-8. Если назван один символ, удалите его: обычно он попадает в текст при
копировании.
"""

ENTRIES = {
    "E002": Entry(
        "файл не в кодировке UTF-8",
        "the file is not UTF-8",
        "сохраните файл в UTF-8",
        "save the file as UTF-8",
    ),
    "E002.character": Entry(
        "недопустимый символ {number}",
        "character {number} is not allowed",
        "удалите символ",
        "remove the character",
    ),
}
