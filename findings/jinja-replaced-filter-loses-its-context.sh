#!/usr/bin/env bash
# Jinja 3.1.6: a template loaded before a filter is replaced calls the new one as the old one was to be called.
#
# Expected (Jinja, "Custom Filters": "it becomes available" once put into `environment.filters`, and `pass_context` belongs to
#   the function): a filter put in another's place is called as its own decorator says, in every template of the environment.
# Seen: whether a filter takes the context is written into the compiled template. A template loaded before gives a plain
#   successor the context in place of the value, and a successor that asks for the context the value in place of it; one
#   loaded after is right. The same from a bytecode cache, where the compiled template is from another process: its key
#   is the template's source alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check jinja2==3.1.6
cat >run.py <<'PYTHON'
import sys

from jinja2 import DictLoader, Environment, FileSystemBytecodeCache, pass_context
from jinja2.runtime import Context


@pass_context
def with_context(context, value):
    return f"with {type(context).__name__}, {value}"


def plain(value, *rest):
    return f"plain, {'the context' if isinstance(value, Context) else value}, {len(rest)} more"


def environment(filter):
    cache = FileSystemBytecodeCache(sys.argv[2]) if len(sys.argv) > 2 else None
    made = Environment(loader=DictLoader({"old": "{{ word | f }}", "new": "{{ word | f }}"}), bytecode_cache=cache)
    made.filters["f"] = filter
    return made


if sys.argv[1] == "replaced":
    made = environment(with_context)
    loaded = made.get_template("old")
    print(loaded.render(word="hour"))
    made.filters["f"] = plain
    print(loaded.render(word="hour"))
    print(made.get_template("new").render(word="hour"))
else:
    print(environment({"with": with_context, "plain": plain}[sys.argv[1]]).get_template("old").render(word="hour"))
PYTHON
mkdir cache
seen=$(env/bin/python run.py replaced; env/bin/python run.py with cache; env/bin/python run.py plain cache)
echo "$seen"
test "$seen" = "with Context, hour
plain, the context, 1 more
plain, hour, 0 more
with Context, hour
plain, the context, 1 more"
