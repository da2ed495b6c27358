"""A report as people see it: the marks that all views share, and pages of text."""
