// Reads an invitation from standard input with node-ical and tells what it says as JSON, as read_invitation.mjs does.
import { readFileSync } from "node:fs";
import ical from "node-ical";

const calendar = ical.sync.parseICS(readFileSync(0, "utf8"));
const event = Object.values(calendar).find((component) => component.type === "VEVENT");
const address = (person) => person.val ?? person;
console.log(JSON.stringify({
  method: event.method,
  uid: event.uid,
  summary: event.summary,
  start: event.start.toISOString(),
  end: event.end.toISOString(),
  organizer: address(event.organizer),
  attendees: [event.attendee ?? []].flat().map(address),
  sequence: Number(event.sequence),
}));
