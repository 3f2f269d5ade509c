"""What the program costs, beside what it cannot do without: ``python -m tests.benchmark``."""
