/* Reads calendar texts with libical and tells what each event holds, one line of JSON a text.

   libical OWNER_ZONE WINDOWS_ZONES OWNER_ADDRESS. On standard input, for each text: a line `start end bytes` (seconds
   since 1970), and the text. The rules and the zones, those of the text and those known by name, are worked out by libical. */
#define _GNU_SOURCE
#include <libical/ical.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { MOST_STEPS = 40000, MOST_NAMES = 1000 };
static icaltimezone *owner, *floating;
static char *windows_names[MOST_NAMES][2];
static int windows_count;
static time_t first, last;
static const char *unknown, *address;

static void say(FILE *out, const char *text) {
    fputc('"', out);
    for (const unsigned char *at = (const unsigned char *)(text ? text : ""); *at; at++) {
        if (*at < 0x20 || *at == '"' || *at == '\\') fprintf(out, "\\u%04x", *at);
        else fputc(*at, out);
    }
    fputc('"', out);
}

/* The database's zone of an area and a city, with whatever stands in front: its rules are newer than any file's. */
static icaltimezone *in_database(const char *tzid) {
    icaltimezone *zone = NULL;
    for (const char *at = tzid; !zone && strchr(at, '/'); at = strchr(at, '/') + 1)
        zone = *at == '/' ? NULL : icaltimezone_get_builtin_timezone(at);
    return zone;
}

static icaltimezone *named(const char *tzid) {
    icaltimezone *zone = icaltimezone_get_builtin_timezone(tzid);
    for (int at = 0; !zone && at < windows_count; at++)
        if (!strcmp(windows_names[at][0], tzid)) zone = icaltimezone_get_builtin_timezone(windows_names[at][1]);
    return zone;
}

static icaltimezone *zone_of(icalproperty *property, icalcomponent *calendar) {
    icalparameter *parameter = icalproperty_get_first_parameter(property, ICAL_TZID_PARAMETER);
    if (!parameter) return NULL;
    const char *tzid = icalparameter_get_tzid(parameter);
    icaltimezone *zone = in_database(tzid);
    if (!zone) zone = icalcomponent_get_timezone(calendar, tzid);
    if (!zone) zone = named(tzid);
    if (!zone) unknown = tzid;
    return zone;
}

static struct icaltimetype in_zone(struct icaltimetype time, icalproperty *property, icalcomponent *calendar) {
    if (!time.is_date && !icaltime_is_utc(time)) {
        icaltimezone *zone = zone_of(property, calendar);
        time.zone = zone ? zone : NULL;
    } else if (time.is_date) {
        time.zone = NULL;
    }
    return time;
}

static time_t instant(struct icaltimetype time) {
    const icaltimezone *zone = time.is_date ? owner : time.zone ? time.zone : floating;
    if (time.is_date) time.hour = time.minute = time.second = 0;
    time.is_date = 0;
    return icaltime_as_timet_with_zone(time, zone);
}

struct ending { int days, seconds; };

static time_t end_of(struct icaltimetype start, struct ending length) {
    if (start.is_date) {
        start.is_date = start.hour = start.minute = start.second = 0;
        start.zone = owner;
    }
    icaltime_adjust(&start, length.days, 0, 0, 0);
    return instant(start) + length.seconds;
}

static struct ending ending_of(icalcomponent *event, icalcomponent *calendar, struct icaltimetype start) {
    struct ending length = {start.is_date ? 1 : 0, 0};
    icalproperty *given = icalcomponent_get_first_property(event, ICAL_DTEND_PROPERTY);
    icalproperty *duration = icalcomponent_get_first_property(event, ICAL_DURATION_PROPERTY);
    if (given) {
        struct icaltimetype end = in_zone(icalproperty_get_dtend(given), given, calendar);
        if (start.is_date && end.is_date) {
            long days = (long)((icaltime_as_timet(end) - icaltime_as_timet(start)) / 86400);
            length.days = days > 1 ? (int)days : 1;
        } else {
            if (!end.is_date && !end.zone && !start.is_date) end.zone = start.zone;
            length.days = 0;
            length.seconds = (int)(instant(end) - instant(start));
        }
    } else if (duration) {
        struct icaldurationtype value = icalproperty_get_duration(duration);
        int sign = value.is_neg ? -1 : 1;
        length.days = sign * (int)(value.weeks * 7 + value.days);
        length.seconds = sign * (int)(value.hours * 3600 + value.minutes * 60 + value.seconds);
        if (start.is_date && length.days * 86400L + length.seconds < 86400) length = (struct ending){1, 0};
    }
    return length;
}

static int told;

static void keep(FILE *out, time_t start, time_t end) {
    if (end > first && start < last) fprintf(out, "%s[%ld,%ld]", told++ ? "," : "", (long)start, (long)end);
}

static void say_times(FILE *out, icalcomponent *event, icalcomponent *calendar, struct icaltimetype start) {
    struct ending length = ending_of(event, calendar, start);
    if (icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY)) {
        keep(out, instant(start), end_of(start, length));
        return;
    }
    if (!icalproperty_recurrence_is_excluded(event, &start, &start)) keep(out, instant(start), end_of(start, length));
    for (icalproperty *rule = icalcomponent_get_first_property(event, ICAL_RRULE_PROPERTY); rule;
         rule = icalcomponent_get_next_property(event, ICAL_RRULE_PROPERTY)) {
        icalrecur_iterator *steps = icalrecur_iterator_new(icalproperty_get_rrule(rule), start);
        for (int step = 0; steps; step++) {
            if (step == MOST_STEPS) {
                unknown = "more occurrences than are looked at";
                break;
            }
            struct icaltimetype next = icalrecur_iterator_next(steps);
            if (icaltime_is_null_time(next)) break;
            next.zone = start.zone;
            if (instant(next) >= last) break;
            time_t end = end_of(next, length);
            if (end > first && !icalproperty_recurrence_is_excluded(event, &start, &next)) keep(out, instant(next), end);
        }
        if (steps) icalrecur_iterator_free(steps);
    }
    for (icalproperty *date = icalcomponent_get_first_property(event, ICAL_RDATE_PROPERTY); date;
         date = icalcomponent_get_next_property(event, ICAL_RDATE_PROPERTY)) {
        struct icaldatetimeperiodtype value = icalproperty_get_rdate(date);
        if (!icaltime_is_null_time(value.period.start)) {
            struct icaltimetype from = in_zone(value.period.start, date, calendar);
            time_t end = icaltime_is_null_time(value.period.end)
                ? instant(from) + icaldurationtype_as_int(value.period.duration)
                : instant(in_zone(value.period.end, date, calendar));
            if (!icalproperty_recurrence_is_excluded(event, &start, &from)) keep(out, instant(from), end);
        } else if (!icaltime_is_null_time(value.time) && value.time.is_date == start.is_date) {
            /* What a day means among times, or a time among days, is nowhere said. */
            struct icaltimetype from = in_zone(value.time, date, calendar);
            if (!icalproperty_recurrence_is_excluded(event, &start, &from)) keep(out, instant(from), end_of(from, length));
        }
    }
}

static const char *other_property(icalcomponent *event, const char *name) {
    for (icalproperty *one = icalcomponent_get_first_property(event, ICAL_X_PROPERTY); one;
         one = icalcomponent_get_next_property(event, ICAL_X_PROPERTY))
        if (!strcasecmp(icalproperty_get_x_name(one), name)) return icalproperty_get_x(one);
    return NULL;
}

static int is_declined(icalcomponent *event) {
    for (icalproperty *guest = icalcomponent_get_first_property(event, ICAL_ATTENDEE_PROPERTY); guest;
         guest = icalcomponent_get_next_property(event, ICAL_ATTENDEE_PROPERTY)) {
        icalparameter *answer = icalproperty_get_first_parameter(guest, ICAL_PARTSTAT_PARAMETER);
        const char *who = icalproperty_get_attendee(guest);
        if (answer && icalparameter_get_partstat(answer) == ICAL_PARTSTAT_DECLINED && who
            && !strncasecmp(who, "mailto:", 7) && !strcasecmp(who + 7, address)) return 1;
    }
    return 0;
}

static void say_event(FILE *out, icalcomponent *event, icalcomponent *calendar) {
    icalproperty *moment, *free_time = icalcomponent_get_first_property(event, ICAL_TRANSP_PROPERTY);
    const char *status = other_property(event, "X-MICROSOFT-CDO-BUSYSTATUS");
    int is_free = icalcomponent_get_status(event) == ICAL_STATUS_CANCELLED || (status && !strcasecmp(status, "FREE"));
    if (free_time) {
        icalproperty_transp transp = icalproperty_get_transp(free_time);
        is_free |= transp == ICAL_TRANSP_TRANSPARENT || transp == ICAL_TRANSP_TRANSPARENTNOCONFLICT;
    }
    is_free |= is_declined(event);
    unknown = NULL;
    fputs("{\"uid\":", out);
    say(out, icalcomponent_get_uid(event));
    fputs(",\"name\":", out);
    say(out, icalcomponent_get_summary(event));
    moment = icalcomponent_get_first_property(event, ICAL_SEQUENCE_PROPERTY);
    fprintf(out, ",\"sequence\":%d,\"free\":%s,\"replaces\":", moment ? icalproperty_get_sequence(moment) : 0,
            is_free ? "true" : "false");
    moment = icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY);
    if (moment) {
        struct icaltimetype value = in_zone(icalproperty_get_recurrenceid(moment), moment, calendar);
        icalparameter *range = icalproperty_get_first_parameter(moment, ICAL_RANGE_PARAMETER);
        fprintf(out, "%ld,\"replaces_day\":\"%04d%02d%02d\",\"following\":%s", (long)instant(value), value.year, value.month,
                value.day, range && icalparameter_get_range(range) == ICAL_RANGE_THISANDFUTURE ? "true" : "false");
    } else {
        fputs("null", out);
    }
    moment = icalcomponent_get_first_property(event, ICAL_DTSTART_PROPERTY);
    struct icaltimetype start = moment ? in_zone(icalproperty_get_dtstart(moment), moment, calendar) : icaltime_null_time();
    fprintf(out, ",\"whole_day\":%s,\"times\":[", start.is_date ? "true" : "false");
    told = 0;
    if (!icaltime_is_null_time(start)) say_times(out, event, calendar, start);
    fputs("],\"excluded\":[", out);
    told = 0;
    for (moment = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY); moment;
         moment = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY)) {
        struct icaltimetype value = in_zone(icalproperty_get_exdate(moment), moment, calendar);
        if (!icaltime_is_null_time(value) && value.is_date == start.is_date)
            fprintf(out, "%s%ld", told++ ? "," : "", (long)instant(value));
    }
    fputc(']', out);
    if (unknown || icaltime_is_null_time(start)) {
        fputs(",\"failed\":", out);
        say(out, unknown ? unknown : "no start");
    }
    fputc('}', out);
}

static void say_free_busy(FILE *out, icalcomponent *component) {
    fputs("{\"uid\":\"\",\"name\":\"\",\"sequence\":0,\"replaces\":null,\"times\":[", out);
    told = 0;
    for (icalproperty *one = icalcomponent_get_first_property(component, ICAL_FREEBUSY_PROPERTY); one;
         one = icalcomponent_get_next_property(component, ICAL_FREEBUSY_PROPERTY)) {
        icalparameter *kind = icalproperty_get_first_parameter(one, ICAL_FBTYPE_PARAMETER);
        struct icalperiodtype period = icalproperty_get_freebusy(one);
        if (kind && icalparameter_get_fbtype(kind) == ICAL_FBTYPE_FREE) continue;
        keep(out, instant(period.start), icaltime_is_null_time(period.end)
             ? instant(period.start) + icaldurationtype_as_int(period.duration) : instant(period.end));
    }
    fputs("]}", out);
}

static int say_calendar(FILE *out, icalcomponent *calendar, int count) {
    const char *usual = other_property(calendar, "X-WR-TIMEZONE");
    icaltimezone *found = usual ? in_database(usual) : NULL;
    if (usual && !found) found = named(usual);
    floating = found ? found : owner;
    for (icalcompiter at = icalcomponent_begin_component(calendar, ICAL_ANY_COMPONENT); icalcompiter_deref(&at);
         icalcompiter_next(&at)) {
        icalcomponent *one = icalcompiter_deref(&at);
        icalcomponent_kind kind = icalcomponent_isa(one);
        if (kind != ICAL_VEVENT_COMPONENT && kind != ICAL_VFREEBUSY_COMPONENT) continue;
        if (count++) fputc(',', out);
        if (kind == ICAL_VEVENT_COMPONENT) say_event(out, one, calendar);
        else say_free_busy(out, one);
    }
    return count;
}

static void read_windows(const char *path) {
    char *line = NULL;
    size_t room = 0;
    FILE *file = fopen(path, "r");
    while (file && windows_count < MOST_NAMES && getline(&line, &room, file) > 0) {
        char *name = strtok(line, "\t"), *zone = strtok(NULL, "\n");
        if (!name || !zone) continue;
        windows_names[windows_count][0] = strdup(name);
        windows_names[windows_count++][1] = strdup(zone);
    }
    if (file) fclose(file);
    free(line);
}

int main(int count, char **words) {
    long from, to;
    size_t size;
    if (count != 4 || !(owner = icaltimezone_get_builtin_timezone(words[1]))) return 2;
    read_windows(words[2]);
    address = words[3];
    icalerror_set_errors_are_fatal(0);
    while (scanf("%ld %ld %zu", &from, &to, &size) == 3 && getchar() == '\n') {
        char *text = malloc(size + 1);
        if (!text || fread(text, 1, size, stdin) != size) return 1;
        text[size] = 0;
        first = from; last = to;
        icalcomponent *root = icalparser_parse_string(text);
        if (!root) {
            fputs("{\"failed\":\"no component\",\"events\":[", stdout);
        } else {
            fputs("{\"events\":[", stdout);
            if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT) {
                say_calendar(stdout, root, 0);
            } else {
                int told_events = 0;
                for (icalcompiter at = icalcomponent_begin_component(root, ICAL_VCALENDAR_COMPONENT);
                     icalcompiter_deref(&at); icalcompiter_next(&at))
                    told_events = say_calendar(stdout, icalcompiter_deref(&at), told_events);
            }
            icalcomponent_free(root);
        }
        fputs("]}\n", stdout);
        fflush(stdout);
        free(text);
    }
    return 0;
}
