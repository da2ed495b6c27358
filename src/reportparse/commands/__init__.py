"""The commands of the shell, but for the one that parses."""
