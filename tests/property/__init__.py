"""Properties that hold for every report, and the generators that they draw from."""
