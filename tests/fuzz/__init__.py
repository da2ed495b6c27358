"""Long runs on inputs that a fuzzer chooses. See README.md in this folder."""
