"""The mails: what they say and how they look, in every language."""
