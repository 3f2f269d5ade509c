"""The vocabulary of the whole plan: values, names, ARNs, findings."""
