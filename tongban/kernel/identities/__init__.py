"""How accounts show who they are: factors, sessions, codes between two devices, levels of assurance."""
