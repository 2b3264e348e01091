"""Reads and writes by noun, for activities and routes; each inside one tenant's wall."""
