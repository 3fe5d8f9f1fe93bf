"""The mailbox of this machine: whatever would have been mailed lies here, and its pages show it."""
