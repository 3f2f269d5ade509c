"""Which files of a project go into tasks, and how."""
