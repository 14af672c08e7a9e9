"""What the engine itself knows of kinds: items are what words, pinyin and mistakes are learned from."""

ITEM = "item"

# The form of what is stored. Raise it when entries are written in another way: loading a pack then writes them anew.
FORMAT = 1
