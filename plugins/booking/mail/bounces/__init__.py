"""What comes back by mail: delivery reports and replies to invitations, and the mailbox that they come to."""
