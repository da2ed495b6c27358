"""Where the report is in a document, which lines are its headings, and what it says of itself."""
