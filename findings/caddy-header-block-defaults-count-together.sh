#!/usr/bin/env bash
# Caddy 2.6.2 (Debian's caddy=2.6.2-5): defaults (`?Name value`) in one `header` block count together.
#
# Expected (Caddyfile documentation of `header`: "?" sets a field "only if the field doesn't already exist"): of two
#   defaults in one block, the one whose field the answer lacks is set although the answer has the other.
# Seen: where the answer has any one of the fields, none of the block is set. Written as two `header` directives, each
#   with one default, the missing one is set.
# So a block of security headers is lost whole as soon as a backend, or Caddy's own 416, says one of them.
set -euo pipefail
folder=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
apt-get download --quiet=2 caddy=2.6.2-5 >/dev/null 2>&1
dpkg-deb --extract caddy_2.6.2-5_*.deb unpacked
caddy=$folder/unpacked/usr/bin/caddy
"$caddy" version | grep -q '2\.6\.2'
port=$((20000 + RANDOM % 20000))
cat >Caddyfile <<CADDY
{
	admin off
	auto_https off
}
http://127.0.0.1:$port {
	header X-One "of the backend"
	respond "backend"
}
http://127.0.0.1:$((port + 1)) {
	header {
		?X-One "1"
		?X-Two "2"
	}
	reverse_proxy 127.0.0.1:$port
}
http://127.0.0.1:$((port + 2)) {
	header ?X-One "1"
	header ?X-Two "2"
	reverse_proxy 127.0.0.1:$port
}
CADDY
HOME=$folder "$caddy" run --config Caddyfile --adapter caddyfile >log 2>&1 &
servers+=($!)
for _ in $(seq 100); do curl --silent --output /dev/null "http://127.0.0.1:$port/" && break; sleep 0.1; done
together=$(curl --silent --dump-header - --output /dev/null "http://127.0.0.1:$((port + 1))/" | tr -d '\r' | grep -ci '^x-two:' || true)
apart=$(curl --silent --dump-header - --output /dev/null "http://127.0.0.1:$((port + 2))/" | tr -d '\r' | grep -ci '^x-two: 2$' || true)
echo "X-Two in one block: $together, in a directive of its own: $apart"
test "$together" = 0
test "$apart" = 1
