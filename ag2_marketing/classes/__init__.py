"""The specification's classes that are no agents: thin faces of the engine's tools, with its keys and call shapes."""
