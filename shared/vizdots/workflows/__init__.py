"""Workflows: what people say they do, found in their dots, versioned, corrected by owners, and explained."""
