"""The thin HTTP layer: accepts, starts, signals, updates and queries; it decides nothing."""
