"use strict";
// What the clock on somebody's wall shows only the browser knows; the server hears moments in UTC.

/** Tomorrow at an hour of the day, here. */
export function tomorrowAt(hour) {
  const moment = new Date();
  moment.setDate(moment.getDate() + 1);
  moment.setHours(hour, 0, 0, 0);
  return moment.toISOString();
}

/** A moment as a datetime-local field writes it, here; as it is when it is none. */
export function moment(text) {
  const read = new Date(text);
  return Number.isNaN(read.getTime()) ? text : read.toISOString();
}
