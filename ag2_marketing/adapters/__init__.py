"""One declared tool, every skin: AG2 Classic, AG2 1.x, MCP and the command line."""
