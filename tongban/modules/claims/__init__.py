"""Claims: subsidies that somebody applies for, each a case of the engine from the window to the bank."""
