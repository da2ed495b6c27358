"""What the arithmetic of a form says of the records, which cells would explain it, and what the prose claims."""
