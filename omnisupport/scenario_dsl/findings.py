"""What a check found, said in Russian and in English, with its place in the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from omnisupport.errors import OmniError
from omnisupport.scenario_dsl.text_edit import TextEdit

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of a document. Lines and columns count from 1; `message` and `fix` have keys ru and en.

    It stands before `end_column` of `end_line`. `edit` mends it where there is no doubt how.
    """

    code: str
    severity: Severity
    message: dict[str, str]
    file: str
    line: int
    column: int
    node: str | None = None
    field: str | None = None
    fix: dict[str, str] | None = None
    end_line: int | None = None
    end_column: int | None = None
    edit: list[TextEdit] | None = None

    @property
    def is_error(self) -> bool:
        """Whether it keeps the scenario from being published."""
        return self.severity == "error"

    def text(self, locale: str = "en") -> str:
        """`file:line:col: error E120 unknown node 'x' [fix: did you mean 'y'?]`, in ru or en."""
        fix = self.fix and (self.fix.get(locale) or self.fix.get("en"))
        tail = f" [fix: {fix}]" if fix else ""
        said = self.message.get(locale) or self.message["en"]
        return f"{self.file}:{self.line}:{self.column}: {self.severity} {self.code} {said}{tail}"

    def __str__(self) -> str:
        return self.text()

    def to_dict(self) -> dict[str, Any]:
        """The finding as JSON values, for editors."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line if self.end_line is not None else self.line,
            "end_column": self.end_column if self.end_column is not None else self.column,
            "node": self.node,
            "field": self.field,
            "fix": self.fix,
            "edit": [edit.to_dict() for edit in self.edit] if self.edit else None,
        }


class ScenarioInvalid(OmniError):
    """A document with errors cannot be compiled; `findings` says why."""

    code = "scenario_invalid"
    status = 422

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(str(finding) for finding in findings if finding.is_error))
        self.findings = findings
