"""The generic channel: another system of the tenant's, by signed webhooks both ways."""
