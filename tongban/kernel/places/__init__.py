"""The city's places as a tree, and its halls."""
