"""What the data bureau sees: catalogue, pack report, accounts and grants."""
