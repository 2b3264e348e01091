"""The demo tea shop: a customer's site on a port of its own, with the widget in its pages and an order service."""
