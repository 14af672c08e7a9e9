"""The names and sizes of the sealed log."""

# A whole subtree of so many is kept as one row, so that a proof reads a few hundred rows of a log of any size.
WIDTH = 256
BATCH = 4096  # entries taken into the log in one transaction
# An event whose transaction ended later than this after it was written waits for the pass of the night.
LATE_SECONDS = 3600

FORMAT = "tongban-evidence/1"
