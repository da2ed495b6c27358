"""Word files: one walk through their parts to text, tables and the way back."""
