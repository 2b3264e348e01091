"""What is different between two documents, by meaning, and how to join two versions of one."""

from __future__ import annotations

from omnisupport.scenario_dsl.diff.change import Change
from omnisupport.scenario_dsl.diff.documents import describe, diff_data, diff_texts
from omnisupport.scenario_dsl.diff.merge import Conflict, Merged, merge

__all__ = ["Change", "Conflict", "Merged", "describe", "diff_data", "diff_texts", "merge"]
