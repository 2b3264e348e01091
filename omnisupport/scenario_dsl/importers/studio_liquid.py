"""Twilio Studio's values: what `{{widgets.…}}`, `{{flow.…}}` and `{{contact.…}}` are in our language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from omnisupport.scenario_dsl.importers.draft import Draft
from omnisupport.scenario_dsl.importers.phrase import Inserted, Phrase
from omnisupport.scenario_dsl.importers.reader import Reader
from omnisupport.scenario_dsl.importers.wording import guarded, is_template, quoted

# Bounded and without overlaps, so that a megabyte of braces is read in linear time.
_HOLE = re.compile(r"\{\{([^{}]{1,400})\}\}")
_TAG = re.compile(r"\{%[^%]{0,400}%\}")
_PATH = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*|\[[0-9]{1,4}\])*")
_FILTER = re.compile(r"\s*(\w+)\s*(?::\s*('[^'\\]*'|\"[^\"\\]*\"|[0-9]{1,6})\s*)?")
_MEMBER = re.compile(r"(?:\.[A-Za-z_]\w*|\[[0-9]{1,4}\])*")
# Filters of Liquid that say the same under another name here; the value says whether they take a text.
_FILTERS = {
    "upcase": "upper",
    "downcase": "lower",
    "capitalize": "title",
    "truncate": "truncate",
    "default": "default",
}
_ALWAYS_TRIMMED = frozenset({"strip", "lstrip", "rstrip"})


@dataclass(slots=True)
class Values:
    """Knows where a widget's answers are kept."""

    draft: Draft
    replies: dict[str, str] = field(default_factory=dict)
    """Widget -> its variable for the customer's reply."""
    answers: dict[str, str] = field(default_factory=dict)
    """Widget -> its variable for the answer of a request."""

    def phrase(self, text: str, at: Reader) -> Phrase:
        """A text with its values; what Liquid can and we cannot is reported and stays as it is."""
        found, position = Phrase(), 0
        for tag in _TAG.findall(text):
            at.note("L122", text=tag)
        for match in _HOLE.finditer(text):
            found.add(text[position : match.start()])
            position = match.end()
            inserted = self.inserted(match[1], at)
            if inserted is None:
                at.note("L122", text=match[0])
            found.add(match[0] if inserted is None else inserted)
        found.add(text[position:])
        return found

    def inserted(self, source: str, at: Reader) -> Inserted | None:
        """One `{{path | filter: argument}}`, or None when it has no counterpart."""
        path, *filters = source.split("|")
        found = self._path(path.strip(), at)
        if found is None:
            return None
        written = ""
        for use in filters:
            parts = _FILTER.fullmatch(use)
            if parts is None:
                return None
            name, argument = parts[1], parts[2]
            if name in _ALWAYS_TRIMMED and argument is None:
                continue
            if name not in _FILTERS:
                return None
            written += f" | {_FILTERS[name]}{_argument(argument)}"
        shown = Inserted(found.path, found.type, written)
        return shown if is_template(shown.shown()) else None

    def _path(self, source: str, at: Reader) -> Inserted | None:
        if not _PATH.fullmatch(source):
            return None
        root, _, rest = source.partition(".")
        if root == "widgets":
            widget, _, member = rest.partition(".")
            return self._of_widget(widget, member)
        if root == "contact" and rest in ("channel.address", "channel.Address"):
            return Inserted("customer.phone", "phone")
        if root == "trigger":
            return self._of_trigger(rest)
        if root != "flow":
            return None
        if rest.startswith("variables."):
            return self._variable(rest.removeprefix("variables."), at)
        if rest.startswith("data."):
            return self._variable(rest.removeprefix("data."), at)
        return Inserted("channel.name", "string") if rest == "channel.address" else None

    def _of_widget(self, widget: str, member: str) -> Inserted | None:
        if member in ("inbound.Body", "inbound.body") and widget in self.replies:
            return Inserted(f"vars.{self.replies[widget]}", "string")
        parsed = re.fullmatch(r"parsed((?:\.[\w-]+|\[[0-9]+\])*)", member)
        if parsed and widget in self.answers and _MEMBER.fullmatch(parsed[1]):
            return Inserted(guarded(f"vars.{self.answers[widget]}", parsed[1]), "any")
        return None

    @staticmethod
    def _of_trigger(rest: str) -> Inserted | None:
        known = {"message.Body": ("event.text", "string"), "message.From": ("customer.phone", "phone")}
        found = known.get(rest)
        return Inserted(*found) if found else None

    def _variable(self, name: str, at: Reader) -> Inserted:
        key = f"flow:{name}"
        if key not in self.draft.variables:
            variable = self.draft.variable(key, name)
            variable.types.append("string")
            at.note("L151", name=name, new=variable.name)
        variable = self.draft.variables[key]
        return Inserted(f"vars.{variable.name}", variable.type)


def _argument(written: str | None) -> str:
    if written is None:
        return ""
    return f"({written})" if written.isdigit() else f"({quoted(written[1:-1])})"
