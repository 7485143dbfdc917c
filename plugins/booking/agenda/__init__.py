"""The owner's agenda: in the browser behind a link sent to her mailbox, and in a terminal."""
