#!/usr/bin/env bash
# Markdown 3.11.3 with Pygments 2.19.2: an option of a code fence that is no number, or no truth value, raises.
#
# Expected (CodeHilite, "Other Options"): "Any invalid options are ignored without error."
# Seen: ```{.python linenostart=x} raises pygments.util.OptionError, and so do `tabsize=x` and `stripnl=x`, `encoding=x`
#   LookupError: what one author types into one text ends a site generator's whole run with a traceback. `hl_lines=x`
#   alone is ignored as promised.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check markdown==3.11.3 pygments==2.19.2 2>/dev/null
cat >try.py <<'PYTHON'
import markdown

for option in ("hl_lines=x", "linenostart=x", "tabsize=x", "stripnl=x", "encoding=x"):
    text = f"```{{.python {option}}}\nx = 1\n```\n"
    try:
        markdown.markdown(text, extensions=["fenced_code", "attr_list", "codehilite"])
        print(option, "ignored")
    except Exception as error:
        print(option, type(error).__name__)
PYTHON
seen=$(env/bin/python try.py)
echo "$seen"
test "$seen" = "hl_lines=x ignored
linenostart=x OptionError
tabsize=x OptionError
stripnl=x OptionError
encoding=x LookupError"
