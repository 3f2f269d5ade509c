"""The words that all of planning is written in: values, names, ARNs, findings."""
