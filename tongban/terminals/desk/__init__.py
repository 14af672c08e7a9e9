"""The workbench of officers."""
