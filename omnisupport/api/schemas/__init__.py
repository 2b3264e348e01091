"""Shapes of the public API: input forbids what it does not know, output has no defaults."""
