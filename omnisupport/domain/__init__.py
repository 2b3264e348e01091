"""The words of the product: frozen dataclasses and enums, pure."""
