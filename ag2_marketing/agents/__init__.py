"""The agents: each a ConversableAgent with a prompt, a toolset and public async methods."""
