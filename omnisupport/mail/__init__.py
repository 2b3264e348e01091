"""Mails to people: their sentences in both languages, and the letter that is made of them."""
