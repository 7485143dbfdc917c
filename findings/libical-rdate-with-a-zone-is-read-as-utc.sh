#!/usr/bin/env bash
# libical 3.0.16 (Debian's libical3=3.0.16-1+b1): icalcomponent_foreach_recurrence reads an RDATE with a TZID as UTC.
#
# Expected (RFC 5545, 3.8.5.2 and 3.2.19): DTSTART;TZID=Europe/Rome at 9 and RDATE;TZID=Europe/Rome at 9 a week later are
#   both at 8 in UTC (March, winter time).
# Seen: the first is at 8 in UTC, the second at 9. With an RRULE for the same day it is at 8.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
apt-get download --quiet=2 libical3=3.0.16-1+b1 libical-dev=3.0.16-1+b1 >/dev/null 2>&1
for package in *.deb; do dpkg-deb --extract "$package" unpacked; done
library=$(dirname "$(find unpacked -name libical.so.3)")
cat >try.c <<'C'
#include <libical/ical.h>
#include <stdio.h>
#include <time.h>

static void tell(icalcomponent *event, struct icaltime_span *span, void *data) {
    char text[20];
    time_t start = span->start;
    strftime(text, sizeof text, "%d %H:%M", gmtime(&start));
    printf("%s%s", *(int *)data ? ", " : "", text);
    *(int *)data += event != NULL;
}

int main(int count, char **words) {
    char text[400];
    int told = 0;
    if (count != 2) return 2;
    snprintf(text, sizeof text, "BEGIN:VEVENT\r\nUID:a\r\nDTSTART;TZID=Europe/Rome:20270308T090000\r\n"
             "DTEND;TZID=Europe/Rome:20270308T093000\r\n%s\r\nEND:VEVENT\r\n", words[1]);
    icalcomponent *event = icalparser_parse_string(text);
    icalcomponent_foreach_recurrence(event, icaltime_from_string("20270301T000000Z"),
                                     icaltime_from_string("20270401T000000Z"), tell, &told);
    return 0;
}
C
cc -Iunpacked/usr/include -o try try.c "$library/libical.so.3" -Wl,-rpath-link,"$library"
export LD_LIBRARY_PATH=$folder/$library
by_rule=$(./try 'RRULE:FREQ=WEEKLY;COUNT=2')
by_date=$(./try 'RDATE;TZID=Europe/Rome:20270315T090000')
echo "in UTC, by an RRULE: $by_rule; by an RDATE: $by_date"
test "$by_rule" = "08 08:00, 15 08:00"
test "$by_date" = "08 08:00, 15 09:00"
