"""The documents inside archives and folders, one by one, and which files belong together."""
