// Reads calendar texts with ical.js and tells what each event holds, one line of JSON a text.
//
// node icaljs.mjs OWNER_ZONE WINDOWS_ZONES OWNER_ADDRESS. On standard input, for each text: a line `start end bytes` (seconds since
// 1970), and the text. What is known of zones by name alone, ical.js leaves to its caller: here it is Intl's.
import { readFileSync } from "node:fs";
import ICAL from "../../../browser/node_modules/ical.js/dist/ical.js";

const MOST_STEPS = 20_000;
const [ownerName, windowsFile, address] = process.argv.slice(2);
const windows = new Map(readFileSync(windowsFile, "utf8").trim().split("\n").map((line) => line.split("\t")));

/** A zone of the database: ical.js asks it for the offset of a wall time. */
class NamedZone extends ICAL.Timezone {
  constructor(name) {
    super({ tzid: name });
    this.clock = new Intl.DateTimeFormat("en-US", { timeZone: name, hourCycle: "h23", year: "numeric", month: "numeric",
      day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
  }

  offsetAt(instant) {
    const parts = Object.fromEntries(this.clock.formatToParts(instant * 1000).map(({ type, value }) => [type, value]));
    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) / 1000 - instant;
  }

  utcOffset(time) {
    if (time.zone === ICAL.Timezone.utcTimezone) return this.offsetAt(time.toUnixTime());
    const wall = Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second) / 1000;
    const before = this.offsetAt(wall - 86_400);
    const after = this.offsetAt(wall + 86_400);
    // RFC 5545, 3.3.5: the first of two such times, and of none the offset before the gap.
    if (this.offsetAt(wall - before) === before) return before;
    return this.offsetAt(wall - after) === after ? after : before;
  }
}

const named = new Map();
function zoneNamed(tzid) {
  if (!named.has(tzid)) {
    let zone = null;
    for (const name of [tzid, windows.get(tzid)]) {
      try {
        zone ??= name ? new NamedZone(name) : null;
      } catch {
        // not a name that Intl knows
      }
    }
    named.set(tzid, zone);
  }
  return named.get(tzid);
}
const owner = zoneNamed(ownerName);
let floating = owner;

/** The database's zone of an area and a city, with whatever stands in front: its rules are newer than any file's. */
function inDatabase(tzid) {
  const parts = tzid.split("/");
  const tails = [3, 2].filter((length) => parts.length >= length).map((length) => parts.slice(-length).join("/"));
  return tails.map(zoneNamed).find((zone) => zone) ?? null;
}

function instant(time) {
  if (!time.isDate && time.zone !== ICAL.Timezone.localTimezone) return time.toUnixTime();
  const wall = time.clone();
  wall.isDate = false;
  wall.zone = time.isDate ? owner : floating;
  return wall.toUnixTime();
}

const day = (time) => [time.year, time.month, time.day].map((part, at) => String(part).padStart(at ? 2 : 4, "0")).join("");

function knownZones(calendar) {
  ICAL.TimezoneService.reset();
  for (const component of calendar.getAllSubcomponents("vtimezone")) {
    if (inDatabase(String(component.getFirstPropertyValue("tzid")))) {
      calendar.removeSubcomponent(component);
      continue;
    }
    try {
      const zone = new ICAL.Timezone(component);
      zone.utcOffset(ICAL.Time.fromString("2027-01-01T00:00:00"));
      if (!ICAL.TimezoneService.has(zone.tzid)) ICAL.TimezoneService.register(zone, zone.tzid);
    } catch {
      // its definition cannot be read: its name may be known
    }
  }
}

/** The zones that are named by the event, and known to nobody. */
function unknownZones(component) {
  return component.getAllProperties().map((property) => property.getParameter("tzid")).filter((tzid) => {
    if (!tzid || Array.isArray(tzid) || ICAL.TimezoneService.has(tzid)) return Array.isArray(tzid);
    const zone = inDatabase(tzid) ?? zoneNamed(tzid);
    if (zone) ICAL.TimezoneService.register(zone, tzid);
    return !zone;
  });
}

/** Tells when an occurrence ends, from its start. */
function ending(component, start) {
  const given = component.getFirstPropertyValue("dtend");
  const length = component.getFirstPropertyValue("duration");
  const whole = start.isDate;
  if (!given && length) {
    const sign = length.isNegative ? -1 : 1;
    let days = (length.weeks * 7 + length.days) * sign;
    let seconds = (length.hours * 3600 + length.minutes * 60 + length.seconds) * sign;
    if (whole && days * 86_400 + seconds < 86_400) [days, seconds] = [1, 0];
    return (from) => {
      const to = from.clone();
      to.adjust(days, 0, 0, 0);
      return instant(to) + seconds;
    };
  }
  if (whole && (!given || given.isDate)) {
    const days = given ? Math.max(1, given.subtractDate(start).toSeconds() / 86_400) : 1;
    return (from) => {
      const to = from.clone();
      to.adjust(days, 0, 0, 0);
      return instant(to);
    };
  }
  const alike = given && !given.isDate && given.zone === ICAL.Timezone.localTimezone ? given.clone() : given;
  if (alike && !start.isDate) alike.zone = alike === given ? given.zone : start.zone;
  const seconds = alike ? instant(alike) - instant(start) : 0;
  return (from) => {
    if (whole || from.compare(start) === 0) return instant(from) + seconds;
    // As ical.js itself does for a further occurrence: so much later on the wall.
    const to = from.clone();
    to.adjust(0, 0, 0, seconds);
    return instant(to);
  };
}

function times(component, start, first, last) {
  const end = ending(component, start);
  const found = [];
  const keep = (from, to) => {
    if (to > first && from < last) found.push([from, to]);
  };
  if (component.hasProperty("recurrence-id") || !(component.hasProperty("rrule") || component.hasProperty("rdate"))) {
    keep(instant(start), end(start));
    return found;
  }
  const exceptions = component.getAllProperties("exdate").flatMap((property) => property.getValues());
  for (const property of component.getAllProperties("rdate")) {
    if (property.getFirstValue() instanceof ICAL.Period) {
      // ical.js cannot order periods among dates. Whether one is of a day that is taken away, is not worked out.
      for (const period of property.getValues()) {
        if (!exceptions.some((value) => value.isDate)) keep(instant(period.start), instant(period.getEnd()));
      }
      component.removeProperty(property);
    }
  }
  if (!component.hasProperty("rrule")) {
    // Of an event with dates alone, ical.js forgets the first.
    if (!exceptions.map(instant).includes(instant(start))) keep(instant(start), end(start));
  }
  if (component.hasProperty("rrule") || component.hasProperty("rdate")) {
    const expansion = new ICAL.RecurExpansion({ component, dtstart: start });
    for (let step = 0; ; step += 1) {
      if (step > MOST_STEPS) throw new Error("more occurrences than are looked at");
      const next = expansion.next();
      if (!next || instant(next) >= last) break;
      // What a day means among times, or a time among days, is nowhere said.
      if (next.isDate === start.isDate) keep(instant(next), end(next));
    }
  }
  return found;
}

const upper = (component, name) => String(component.getFirstPropertyValue(name) ?? "").trim().toUpperCase();

function eventOf(component, first, last) {
  const name = (property) => String(component.getFirstPropertyValue(property) ?? "");
  const told = { uid: name("uid"), name: name("summary"), sequence: 0, replaces: null, times: [] };
  try {
    const unknown = unknownZones(component);
    if (unknown.length) throw new Error(`nobody knows the zone ${unknown[0]}`);
    told.sequence = Number(component.getFirstPropertyValue("sequence")) || 0;
    told.free = upper(component, "status") === "CANCELLED" || upper(component, "transp").startsWith("TRANSPARENT")
      || upper(component, "x-microsoft-cdo-busystatus") === "FREE"
      || component.getAllProperties("attendee").some((guest) => guest.getParameter("partstat") === "DECLINED"
        && String(guest.getFirstValue()).toLowerCase() === `mailto:${address}`);
    const replaced = component.getFirstProperty("recurrence-id");
    if (replaced) {
      const value = replaced.getFirstValue();
      told.replaces = instant(value);
      told.replaces_day = day(value);
      told.following = String(replaced.getParameter("range") ?? "").toUpperCase() === "THISANDFUTURE";
    }
    const start = component.getFirstPropertyValue("dtstart");
    if (!start) throw new Error("no start");
    told.whole_day = start.isDate;
    told.excluded = component.getAllProperties("exdate").flatMap((property) => property.getValues())
      .filter((value) => value.isDate === start.isDate).map(instant);
    told.times = times(component, start, first, last);
  } catch (error) {
    told.failed = String(error.message ?? error);
  }
  return told;
}

function freeBusy(component) {
  const told = { uid: "", name: "", sequence: 0, replaces: null, times: [] };
  for (const property of component.getAllProperties("freebusy")) {
    if (String(property.getParameter("fbtype") ?? "").toUpperCase() === "FREE") continue;
    for (const period of property.getValues()) told.times.push([instant(period.start), instant(period.getEnd())]);
  }
  return told;
}

function reading(text, first, last) {
  const parsed = ICAL.parse(text);
  const events = [];
  for (const calendar of (typeof parsed[0] === "string" ? [parsed] : parsed).map((one) => new ICAL.Component(one))) {
    knownZones(calendar);
    const usual = calendar.getFirstPropertyValue("x-wr-timezone");
    floating = (usual && (inDatabase(usual) ?? zoneNamed(usual))) || owner;
    for (const component of calendar.getAllSubcomponents("vevent")) events.push(eventOf(component, first, last));
    for (const component of calendar.getAllSubcomponents("vfreebusy")) events.push(freeBusy(component));
  }
  return { events };
}

let waiting = Buffer.alloc(0);
for await (const chunk of process.stdin) {
  waiting = Buffer.concat([waiting, chunk]);
  for (;;) {
    const line = waiting.indexOf(10);
    if (line < 0) break;
    const [first, last, size] = waiting.subarray(0, line).toString().split(" ").map(Number);
    if (waiting.length < line + 1 + size) break;
    const text = waiting.subarray(line + 1, line + 1 + size).toString("utf8");
    waiting = waiting.subarray(line + 1 + size);
    let told;
    try {
      told = reading(text, first, last);
    } catch (error) {
      told = { failed: String(error.message ?? error), events: [] };
    }
    process.stdout.write(`${JSON.stringify(told)}\n`);
  }
}
