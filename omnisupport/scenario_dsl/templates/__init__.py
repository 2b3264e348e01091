"""The system scenarios of the product: what happens where a tenant's own scenarios do not say."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from omnisupport.scenario_dsl.compiler import compile_document
from omnisupport.scenario_dsl.findings import ScenarioInvalid
from omnisupport.scenario_dsl.ir import IR, intern_ir
from omnisupport.scenario_dsl.loader import load_document


@cache
def load_template(name: str) -> IR:
    """The compiled system scenario `default_answer` or `handoff`.

    Raises:
        FileNotFoundError: there is no template of this name.
    """
    file = files(__name__).joinpath(f"{name}.yaml")
    result = load_document(file.read_text("utf-8"), file=f"{name}.yaml")
    if result.document is None:
        raise ScenarioInvalid(result.findings)
    return intern_ir(compile_document(result.document))
