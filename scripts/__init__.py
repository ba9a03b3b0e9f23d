"""The `pt` command: one file per command, with its options and its rendering and nothing that another command would need."""
