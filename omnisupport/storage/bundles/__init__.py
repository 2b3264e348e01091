"""Bundles: a customer or a tenant as a file, and a tenant from one."""
