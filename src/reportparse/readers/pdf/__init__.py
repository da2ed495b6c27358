"""PDF files: what is drawn on the pages, put together to lines and tables."""
