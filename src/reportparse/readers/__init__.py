"""One module for each kind of file that has a reader of its own: bytes in, :class:`SourceDocument` out."""
