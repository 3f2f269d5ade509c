"""Read Compose text into one located tree, and that into an App."""
