"""What answers from documents are held to."""

from __future__ import annotations

CONFIDENCE_LINE = 0.5
"""Below this calibrated probability the product says that it does not know."""
DOCUMENT_PROPERTIES = ("locale", "slug", "title", "url")
"""What a search may be narrowed by."""
