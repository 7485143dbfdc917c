// Reads an invitation from standard input with ical.js and tells what it says as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const component = calendar.getFirstSubcomponent("vevent");
const event = new ICAL.Event(component);
console.log(JSON.stringify({
  method: calendar.getFirstPropertyValue("method"),
  uid: event.uid,
  summary: event.summary,
  start: event.startDate.toJSDate().toISOString(),
  end: event.endDate.toJSDate().toISOString(),
  organizer: event.organizer,
  attendees: event.attendees.map((attendee) => attendee.getFirstValue()),
  sequence: event.sequence,
}));
