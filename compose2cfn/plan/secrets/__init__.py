"""Where secrets are kept, and how they reach containers."""
