"""Where tasks stand in a network, and by which names they find each other."""
