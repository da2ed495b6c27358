"""What the files of office programs share, and old ones converted by such a program."""
