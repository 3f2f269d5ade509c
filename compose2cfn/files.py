"""The one door to input."""
