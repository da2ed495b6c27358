"""Files that attack a reader or are as broken as the web is, made by code, and what holds for each of them."""
