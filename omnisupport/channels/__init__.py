"""Adapters to providers: one folder a provider, parsing and sending apart."""
