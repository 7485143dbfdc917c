#!/bin/sh
# A machine of one's own: this one's files under a layer that is thrown away, its own network, and systemd.
# Run by `unshare` with namespaces of its own; $1 is an empty folder, $2 the packages of the tests, for all to read.
set -eu
mount -t tmpfs none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
cd "$1/root"
mount -t proc proc proc
mount -t sysfs sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs tmpfs tmp
mount -t tmpfs tmpfs dev
for one in null zero full random urandom tty; do
    touch "dev/$one"
    mount --bind "/dev/$one" "dev/$one"
done
mkdir dev/pts dev/shm dev/mqueue
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mkdir -p opt/packages
mount --bind "$2" opt/packages
chmod 1777 tmp dev/shm
ln -s /proc/self/fd dev/fd
# What this machine starts by itself is no part of the trial.
rm -rf etc/systemd/system/*.wants etc/systemd/system/default.target
echo "127.0.0.1 localhost example.it www.example.it" > etc/hosts
ip link set lo up
# Not by chroot alone: from within one no unit could have users of its own (PrivateUsers=).
mkdir outside
pivot_root . outside
exec chroot . env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin container=other \
    sh -c 'umount -l /outside && exec /lib/systemd/systemd --unit=basic.target --log-target=journal --show-status=no'
