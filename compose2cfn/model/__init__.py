"""The Compose specification, typed."""
