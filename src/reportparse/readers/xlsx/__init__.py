"""Spreadsheets: their values, read in a process of their own, to text, tables and the way back."""
