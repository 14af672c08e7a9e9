"""What the province is told of subsidies: items that are in force, awards granted, paid, sent back and clawed back."""
