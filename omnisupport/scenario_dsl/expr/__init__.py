"""CEL profile v1: the expressions of scenarios, checked before publishing and bounded when they run.

`lex`, `parse` and `check` serve the compiler; `compile` and `funcs` are all that a running scenario needs.
"""
