"""The doors to the outside world: HTTP, identity, the database, the model, secrets, logs."""
