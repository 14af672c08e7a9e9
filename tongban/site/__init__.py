"""Wires the house together: settings, addresses, server, worker and command line. Decides nothing."""
