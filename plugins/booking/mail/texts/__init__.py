"""What mails and invitations say: pure words over the values of the domain, without I/O and without a clock."""
