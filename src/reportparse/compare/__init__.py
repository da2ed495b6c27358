"""Reports beside each other: bodies, years, variables that may be joined, text that was copied."""
