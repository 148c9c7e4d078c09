"use strict";
(() => {
  // A dialog takes the focus in the moment in which it appears and gives it back when it is gone. Not by way of the server: on a slow
  // connection its word comes when somebody is typing already, and took what they typed to another field.
  const shown = document.getElementsByClassName("mud-dialog");
  const open = [];

  new MutationObserver(() => {
    while (open.length > 0 && !open.at(-1).dialog.isConnected) {
      const { opener } = open.pop();
      if (document.activeElement === document.body && opener?.isConnected) opener.focus();
    }
    for (const dialog of shown) {
      if (open.some((known) => known.dialog === dialog)) continue;
      open.push({ dialog, opener: document.activeElement, filled: null, warnedAt: 0 });
      // Without a field that comes first it has the focus as a whole, so that it is read out and hears Escape.
      (dialog.querySelector("[data-first]") ?? dialog).focus();
    }
    // What had the focus may be gone: a form that was saved, a row that was removed.
    if (open.length > 0 && document.activeElement === document.body) open.at(-1).dialog.focus();
  }).observe(document.documentElement, { childList: true, subtree: true });

  // ---- Escape ----------------------------------------------------------------------------------------------------------------

  const patience = 5000;

  document.addEventListener("input", (event) => {
    const known = open.find(({ dialog }) => dialog.contains(event.target));
    // Who goes on filling in has not asked to drop it.
    if (known) Object.assign(known, { filled: event.target, warnedAt: 0 });
  });

  // Escape is the first button of a dialog: Cancel, or what closes it when all is done. Heard here, it works from the first moment. It
  // closes lists of suggestions and the like as well: pressed once too often it must not cost what was filled in. Once that is saved its
  // form is gone.
  document.addEventListener("keydown", (event) => {
    const known = open.at(-1);
    if (event.key !== "Escape" || event.isComposing || !known) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!known.filled?.isConnected || Date.now() - known.warnedAt < patience) return known.dialog.querySelector(".mud-dialog-actions button")?.click();
    known.warnedAt = Date.now();
    warn(known.dialog);
  }, true);

  function warn(dialog) {
    dialog.querySelector(".escape-note")?.remove();
    const note = document.createElement("p");
    note.className = "escape-note";
    note.setAttribute("role", "status");
    dialog.append(note);
    // Said by a screen reader only when it changes.
    note.textContent = "Press Escape again to drop what you filled in.";
    setTimeout(() => note.remove(), patience);
  }
})();
