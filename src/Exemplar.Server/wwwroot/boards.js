"use strict";
(() => {
  // Services and monitors are moved by dragging or with keys that would scroll the page as well.
  const moves = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"];
  document.addEventListener("keydown", (event) => {
    if (moves.includes(event.key) && event.target.closest?.("[data-move]")) event.preventDefault();
  });
  // What is moved is taken out of the page and put in elsewhere, which takes the focus from it. It is given back at once, not by way of
  // the server: the next key would come to nothing meanwhile.
  let held = null;
  const keepFocus = new MutationObserver((changes) => {
    if (document.activeElement !== document.body || !changes.some((change) => [...change.removedNodes].some((node) => node.contains(held)))) return;
    if (held.isConnected) return held.focus();
    // Several answers of the server may have come at once: what one has put in, the next has taken out again.
    const added = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node instanceof Element && node.isConnected);
    added.map((node) => node.querySelector(`[data-moved="${CSS.escape(held.dataset.moved)}"]`)).find(Boolean)?.focus();
  });
  document.addEventListener("focusin", (event) => {
    keepFocus.disconnect();
    held = event.target.closest("[data-move]");
    if (held) keepFocus.observe(held.closest("form"), { childList: true, subtree: true });
  });
  document.addEventListener("dragstart", (event) => {
    if (!event.target.closest?.("[data-move]")) return;
    // Without data some browsers do not begin to drag.
    event.dataTransfer.setData("text/plain", "");
    event.dataTransfer.setDragImage(event.target.closest("li"), 20, 20);
  });

  // Browsers drag with a mouse alone. What a finger or a pen does on a handle is told to the page as the same events.
  const edge = 70, step = 14;
  document.addEventListener("pointerdown", (down) => {
    const handle = down.target.closest?.("[data-move]");
    if (!handle || down.pointerType === "mouse" || !down.isPrimary) return;
    const list = handle.closest("[data-places]");
    const own = handle.closest("[data-place]");
    let over = null, last = down;
    const tell = (target, type) => target.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() }));
    const look = () => {
      const place = document.elementFromPoint(last.clientX, last.clientY)?.closest("[data-place]");
      // Within the place of a service lie those of its monitors. A monitor may go to any of them, a service only among services.
      const found = handle.dataset.move === "monitor" ? place : [...list.children].find((child) => child === place || child.contains(place));
      if (found && found !== over) tell(over = found, "dragenter");
    };
    const scroll = setInterval(() => {
      if (last.clientY < edge) scrollBy(0, -step);
      else if (last.clientY > innerHeight - edge) scrollBy(0, step);
      else return;
      look();
    }, 30);
    const move = (event) => { if (event.pointerId === down.pointerId) { last = event; look(); } };
    const end = (event) => {
      if (event.pointerId !== down.pointerId) return;
      clearInterval(scroll);
      for (const [type, listener] of [["pointermove", move], ["pointerup", end], ["pointercancel", end]]) document.removeEventListener(type, listener);
      if (event.type === "pointerup" && over && over !== own) tell(over, "drop");
      tell(handle, "dragend");
    };
    document.addEventListener("pointermove", move);
    document.addEventListener("pointerup", end);
    document.addEventListener("pointercancel", end);
    tell(handle, "dragstart");
  });

  // A wall hangs where nobody has a mouse. It must say when what it shows is old, and come back by itself.
  const wall = () => document.querySelector("[data-wall]");
  const oldAfter = 5000, reloadAfter = 8000;
  let seen = null, seenAt = Date.now(), lost = false, asking = false, movedAt = 0;

  setInterval(async () => {
    const shown = wall();
    if (!shown) { seenAt = Date.now(); return; }
    if (shown.dataset.wall !== seen) { seen = shown.dataset.wall; seenAt = Date.now(); lost = false; }
    const age = Date.now() - seenAt;
    const isOld = lost || age > oldAfter;
    document.documentElement.classList.toggle("wall-is-old", isOld);
    document.documentElement.classList.toggle("wall-is-idle", Date.now() - movedAt > 3000);
    const note = document.getElementById("wall-stale");
    if (note) {
      note.hidden = !isOld;
      if (isOld) note.textContent = `Out of date: this is from ${Math.max(1, Math.round(age / 1000))} s ago. Trying to reach Exemplar …`;
    }
    if (asking || !(lost || age > reloadAfter)) return;
    asking = true;
    try {
      // Reloading while the server is away would leave the browser's own error page, which nothing brings back.
      const answer = await fetch("/readyz", { cache: "no-store", signal: AbortSignal.timeout(5000) });
      if (answer.ok) location.reload();
    } catch {
      // Still away.
    }
    // A page that was reloaded in vain is not reloaded at once again.
    setTimeout(() => { asking = false; }, 2000);
  }, 1000);

  document.addEventListener("mousemove", () => { movedAt = Date.now(); }, { passive: true });

  // Before the console's own answer, which reloads without looking whether the server is there.
  document.addEventListener("components-reconnect-state-changed", (event) => {
    if (!wall()) return;
    event.stopImmediatePropagation();
    if (event.detail.state === "failed" || event.detail.state === "rejected") lost = true;
  }, true);

  // A session ends when nothing but an open connection uses it.
  setInterval(() => { if (wall()) fetch(location.href, { cache: "no-store" }).catch(() => {}); }, 6 * 3600 * 1000);
  // Keeps the screen on where the browser can.
  const stayOn = () => { if (wall() && document.visibilityState === "visible") navigator.wakeLock?.request("screen").catch(() => {}); };
  document.addEventListener("visibilitychange", stayOn);
  setTimeout(stayOn, 3000);
})();
