#!/bin/sh
# The content of a repository, checked and built into a volume by the code of this image; asked for each minute, and
# with it what is dated today.
set -eu
root=/srv/maglia
trap 'exit 0' TERM INT
# Code is that of this image, also after an upgrade; the releases stay, and with them the live site.
rm -rf "$root/site.git" "$root/versions" "$root/code" "$root/python"
python -m plugins.publishing install "$root" --python "$(command -v python)" >/dev/null
while :; do
    python -m plugins.publishing follow "$root" "$MAGLIA_REPOSITORY" --branch "${MAGLIA_BRANCH:-main}" || true
    sleep "${MAGLIA_EVERY:-60}" &
    wait $!
done
