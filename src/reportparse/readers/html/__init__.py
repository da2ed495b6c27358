"""Web pages: one pass over the tree of a page to its text, its tables and the way back."""
