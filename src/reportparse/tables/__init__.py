"""From rows of print to typed records: one mechanism for every layout and every form."""
