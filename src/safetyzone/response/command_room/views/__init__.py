"""The command room's pages: thin. Parse, one action or query, render."""
