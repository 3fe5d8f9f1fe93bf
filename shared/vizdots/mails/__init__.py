"""What our mails say, and how they look."""
