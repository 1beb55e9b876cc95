"""The command line, and nothing else: every command in a file of its own."""
