"""The counter of a hall: applications received for people at the window, papers and their bags."""
