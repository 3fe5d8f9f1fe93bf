"""What a developer runs on the repository itself."""
