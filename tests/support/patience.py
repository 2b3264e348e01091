"""How long tests wait for what has to come: on a machine that is busy it comes late, and that is no fault."""

PATIENCE_S = 30.0
