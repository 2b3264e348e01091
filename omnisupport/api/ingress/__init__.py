"""Where providers call."""
