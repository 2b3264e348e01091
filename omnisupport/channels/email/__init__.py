"""E-mail, by SMTP and IMAP."""
