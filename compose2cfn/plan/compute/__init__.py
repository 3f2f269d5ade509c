"""Where tasks run, on what, how many, and how new ones take the place of old ones."""
