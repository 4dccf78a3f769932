"""Group chats: who speaks when, and what each step must bring."""
