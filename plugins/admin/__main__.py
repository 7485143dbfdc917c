"""Download command: fetches the program of the editor (Decap CMS) ahead of the builds."""

from plugins.admin.decap_program import cached_in, program

if __name__ == "__main__":
    program(cached_in())
