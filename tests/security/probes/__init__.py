"""Probes of the wall between tenants, generated from /openapi.json."""
