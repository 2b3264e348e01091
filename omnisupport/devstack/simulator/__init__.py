"""Providers that are not there: doubles which speak their HTTP, and a page on which one is their customer."""
