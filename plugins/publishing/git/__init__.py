"""Git: a bare repository by its plumbing, export of a commit, the proc-receive protocol."""
