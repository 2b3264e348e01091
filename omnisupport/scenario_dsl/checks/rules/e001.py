"""The file is not YAML.

The file cannot be read at all: a bracket, a quote or an indentation is wrong, or what stands at the top
is not a map of fields. Nothing of the scenario can be checked or published, so customers go on with the
old version.

Wrong:

```yaml
start: [first
nodes: {}
```

Right:

```yaml
start: first
nodes:
  first:
    type: message
    text: {ru: Привет, en: Hello}
    next: bye
  bye: {type: end, outcome: done}
```

Look at the line that is named and at the one above it. Indent with spaces, and quote texts that hold
`:`, `#`, `[` or `{`.
"""

from __future__ import annotations

from omnisupport.scenario_dsl.sentence import Entry

RU = """Файл не YAML.

Файл не читается: ошибка в скобке, кавычке или отступе, либо сверху стоит не набор полей. Проверить и
опубликовать такой сценарий нельзя, клиенты остаются на старой версии.

Посмотрите на указанную строку и на строку над ней. Отступы делайте пробелами, тексты с `:`, `#`, `[` и
`{` берите в кавычки.
"""

ENTRIES = {
    "E001": Entry(
        "это не YAML: {problem}",
        "this is no YAML: {problem}",
        "проверьте отступы и кавычки",
        "check indentation and quotes",
    ),
    "E001.documents": Entry(
        "в файле больше одного документа",
        "the file holds more than one document",
        "уберите ---",
        "remove ---",
    ),
    "E001.key": Entry(
        "имя поля должно быть словом",
        "a field's name must be a word",
        "уберите ? и скобки",
        "remove ? and brackets",
    ),
    "E001.map": Entry(
        "документ состоит из полей верхнего уровня",
        "a document is made of top-level fields",
        "начните с omni: {language}",
        "begin with omni: {language}",
    ),
}
