"""What reporting does with a command, a fact and a question, in words of its own ports."""
