"""From what a caller hands over to a :class:`~reportparse.document.SourceDocument`: a folder for each kind of file."""
