"""Public money: funds, budget lines, double entry, payouts and the batches in which they are paid."""
