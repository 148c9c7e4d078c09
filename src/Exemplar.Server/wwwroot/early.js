"use strict";
(() => {
  // A page is drawn before it hears anything, and drawn anew when it begins to: on a slow connection that takes seconds. What somebody did
  // meanwhile is done then: what stood in a field and the focus at once, the last button that was pressed as soon as it is there again.
  const patience = 10000, longest = 60000;
  const hears = () => document.querySelector(".shell[data-live=yes]") !== null;
  if (!document.querySelector(".shell") || hears()) return;

  const fields = new Set();
  let focused = null, pressed = null;
  const page = location.pathname, drawnAt = Date.now();

  const nameOf = (element) => element.id || element.name || element.getAttribute("aria-label") || element.textContent.trim();
  // The same in the page that was drawn anew. What is there more than once may be another one: better done again by hand.
  const again = (element) => {
    const alike = [...document.querySelectorAll(element.tagName)].filter((other) => nameOf(other) === nameOf(element));
    return alike.length === 1 && location.pathname === page ? alike[0] : null;
  };

  const keep = ({ target }) => { if (target.matches("input:not([type=checkbox], [type=radio], [type=file]), select")) fields.add(target); };
  const focus = ({ target }) => { focused = target.matches("input, select, button") ? target : null; };
  const press = ({ target }) => {
    // The rest works without the server: links, menus, forms, and what console.js does.
    const button = target.closest("button[type=button]:not([data-theme-switch], [data-copy], [data-close-dialog])");
    if (button) pressed = button;
  };
  const listeners = [["input", keep], ["change", keep], ["focusin", focus], ["click", press]];
  for (const [type, listener] of listeners) document.addEventListener(type, listener);

  function restore(old) {
    const field = old.isConnected ? null : again(old);
    if (!field) return;
    fields.delete(old);
    field.value = old.value;
    if (focused === old) {
      field.focus({ preventScroll: true });
      // Not every kind of field has a cursor.
      if (old.selectionStart !== null) field.setSelectionRange?.(old.selectionStart, old.selectionEnd);
    }
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
  }

  const drawnAnew = new MutationObserver(() => {
    for (const old of fields) restore(old);
    if (focused && !focused.isConnected && document.activeElement === document.body) again(focused)?.focus({ preventScroll: true });
    const button = pressed && !pressed.isConnected ? again(pressed) : null;
    if (!button || button.disabled) return;
    pressed = null;
    button.click();
  });
  drawnAnew.observe(document.documentElement, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-live", "disabled"] });

  const end = setInterval(() => {
    // Some pages are plain forms and never hear anything.
    if (!hears() && document.querySelector(".shell") && Date.now() - drawnAt < longest) return;
    clearInterval(end);
    for (const [type, listener] of listeners) document.removeEventListener(type, listener);
    setTimeout(() => drawnAnew.disconnect(), patience);
  }, 250);
})();
