"""From bytes to normal text: encodings, scripts, converted words, lines; what one cell and one label say."""
