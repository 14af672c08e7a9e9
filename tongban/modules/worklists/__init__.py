"""Worklists: the filters of a queue under a name, of one officer or shared with the own agency."""
