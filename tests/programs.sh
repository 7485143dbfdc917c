#!/bin/sh
# Installs the programs that the tests drive, where they are missing: as root on Debian by itself, elsewhere it says how.
set -eu
cd "$(dirname "$0")"

missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
# The other engines: WebKit needs its small browser, a driver and a screen; and the browsers of text.
command -v firefox-esr >/dev/null 2>&1 || missing="$missing firefox-esr"
command -v WebKitWebDriver >/dev/null 2>&1 || missing="$missing webkit2gtk-driver"
ls /usr/lib/*/webkit2gtk-4.1/MiniBrowser >/dev/null 2>&1 || missing="$missing libwebkit2gtk-4.1-0"
command -v Xvfb >/dev/null 2>&1 || missing="$missing xvfb"
command -v w3m >/dev/null 2>&1 || missing="$missing w3m"
command -v lynx >/dev/null 2>&1 || missing="$missing lynx"
# What reads and draws printed pages.
command -v pdftotext >/dev/null 2>&1 && command -v pdftoppm >/dev/null 2>&1 || missing="$missing poppler-utils"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1 || missing="$missing postgresql"
# The mailbox that delivery reports come to, and a mail server that writes them.
[ -e /usr/lib/dovecot/imap ] || missing="$missing dovecot-imapd"
[ -x /usr/sbin/exim4 ] || missing="$missing exim4-daemon-light"
command -v java >/dev/null 2>&1 || missing="$missing default-jre-headless"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
command -v strace >/dev/null 2>&1 || missing="$missing strace"
command -v cc >/dev/null 2>&1 && [ -e /usr/include/stdio.h ] || missing="$missing gcc libc6-dev"
# The second opinion on calendars.
[ -e /usr/include/libical/ical.h ] || missing="$missing libical-dev"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
# The web servers that the project has configurations for, a certificate for them, and what weighs systemd units.
command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
ls /usr/lib/nginx/modules/ngx_http_brotli_static_module.so >/dev/null 2>&1 || missing="$missing libnginx-mod-http-brotli-static"
command -v caddy >/dev/null 2>&1 || missing="$missing caddy"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
# A submission server that has access tokens judged by their provider.
[ -x /usr/lib/dovecot/submission ] || missing="$missing dovecot-core dovecot-submissiond"
# What judges and tries the alerts.
command -v promtool >/dev/null 2>&1 || missing="$missing prometheus"
# The machine that the guide to hosting is tried on: namespaces, an address of its own, what its commands call.
command -v unshare >/dev/null 2>&1 || missing="$missing util-linux"
command -v ip >/dev/null 2>&1 || [ -x /usr/sbin/ip ] || missing="$missing iproute2"
command -v curl >/dev/null 2>&1 || missing="$missing curl"
command -v ssh-keygen >/dev/null 2>&1 || missing="$missing openssh-client"
command -v systemd-analyze >/dev/null 2>&1 || missing="$missing systemd"
# What the recipes for copies elsewhere name, and what the images of containers are built with, as root alone.
command -v restic >/dev/null 2>&1 || missing="$missing restic"
command -v age >/dev/null 2>&1 || missing="$missing age"
command -v rclone >/dev/null 2>&1 || missing="$missing rclone"
[ "$(id -u)" != 0 ] || command -v buildah >/dev/null 2>&1 || missing="$missing buildah"
[ "$(id -u)" != 0 ] || command -v debootstrap >/dev/null 2>&1 || missing="$missing debootstrap"
# What drives the browser is linked to it, and a bare Debian is without.
[ "$(uname)" != Linux ] || PATH="$PATH:/usr/sbin:/sbin" ldconfig -p | grep -q libatomic.so.1 || missing="$missing libatomic1"

if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing from Debian:$missing …"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq
        # The tests start a PostgreSQL of their own: the package's default cluster stays out of the way.
        mkdir -p /etc/postgresql-common
        [ -e /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
        # So do the web servers: the tests run them as they need them, and port 80 is nobody's.
        if [ ! -e /usr/sbin/policy-rc.d ]; then
            printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
            chmod +x /usr/sbin/policy-rc.d
            trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        fi
        # shellcheck disable=SC2086 - a list of names
        apt-get install -y -qq --no-install-recommends $missing >/dev/null
    else
        echo "The tests need these programs, which are missing here:$missing" >&2
        echo "On Debian or Ubuntu, as root: apt-get install$missing" >&2
        exit 1
    fi
fi

echo "Installing what checks pages and invitations …"
(cd browser && npm ci --silent --no-fund --no-audit)
echo "Installing the OAuth provider that accounts are connected to in tests …"
cd booking/oauth && npm ci --silent --no-fund --no-audit
