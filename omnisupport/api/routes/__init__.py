"""Routes, one noun a file; each names its permission or the app does not start."""
