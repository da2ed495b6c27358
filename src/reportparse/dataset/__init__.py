"""A dataset and its description: tables with typed columns, and how they lie on disk."""
