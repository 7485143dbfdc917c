// Parses a calendar from standard input with ical.js, five times, and tells the processor time of each in seconds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const { resolve } = createRequire(pathToFileURL(`${process.cwd()}/`));
const { default: ICAL } = await import(pathToFileURL(resolve("ical.js")));
const text = readFileSync(0, "utf8");
const taken = [];
for (let run = 0; run < 5; run++) {
  const began = process.cpuUsage();
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent");
  const { user, system } = process.cpuUsage(began);
  taken.push((user + system) / 1e6);
}
console.log(JSON.stringify(taken));
