"""The demo organisations, lived through the product's own functions."""
