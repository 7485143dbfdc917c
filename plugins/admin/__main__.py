"""Fetches the editor's program ahead of the builds that will need it."""

from plugins.admin.decap_program import cached_in, program

if __name__ == "__main__":
    program(cached_in())
