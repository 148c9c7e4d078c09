"use strict";
// What the clock on somebody's wall shows only the browser knows; the server hears and tells moments in UTC.

const two = (number) => String(number).padStart(2, "0");

/** The name of the zone that this browser is in. */
export function zone() {
  return Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";
}

/** A moment as a datetime-local field writes it, here; as it is when it is none. */
export function moment(text) {
  const read = new Date(text);
  return Number.isNaN(read.getTime()) ? text : read.toISOString();
}

/** Moments as datetime-local fields take them, here. */
export function fields(moments) {
  return moments.map((text) => {
    const at = new Date(text);
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
  });
}

/** Pairs of moments in words, here. */
export function words(stretches) {
  const day = new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  const hour = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
  return stretches.map(([from, to]) => {
    const [begins, ends] = [new Date(from), new Date(to)];
    const end = begins.toDateString() === ends.toDateString() ? hour.format(ends) : day.format(ends);
    return `${day.format(begins)} – ${end}`;
  });
}
