"use strict";
(() => {
  document.addEventListener("click", async (event) => {
    const copy = event.target.closest("[data-copy]");
    if (copy) {
      await copyText(copy.dataset.copy);
      copy.textContent = "Copied";
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
      return;
    }
    // Blazor goes to the place itself and leaves the focus where it was.
    if (event.target.closest(".skip")) document.getElementById("content")?.focus();
    else if (event.target.closest("[data-theme-switch]")) switchTheme();
    else if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog").close();
    // A menu closes when something in it was chosen, and when somebody touches anything else.
    for (const menu of document.querySelectorAll("[data-menu][open]")) {
      if (!menu.contains(event.target) || event.target.closest("[data-menu] a")) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && document.querySelector("[data-menu][open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  // Browsers hand out the clipboard only to pages over TLS and on this machine; elsewhere the old way still works.
  async function copyText(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    (document.querySelector("[role=dialog]") ?? document.body).append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  // The server renders the theme, so that no page is shown in the wrong one first.
  function switchTheme() {
    const theme = document.documentElement.dataset.theme === "light" ? "dark" : "light";
    document.cookie = `exemplar_theme=${theme}; path=/; max-age=31536000; samesite=lax`;
    location.reload();
  }

  // ---- bars: hover, focus and arrow keys tell each check and each period ---------------------------------------------------

  const missed = "no heartbeat received within expected interval + grace period";
  const words = { u: "up", d: "down" };
  let tip;
  let place = { bar: null, index: -1 };

  // Texts of jobs and people end up here, so nothing is ever read as markup.
  function showTip(text, x, y) {
    if (!tip) {
      tip = document.createElement("div");
      tip.id = "tip";
      tip.setAttribute("role", "status");
      document.body.append(tip);
    }
    if (tip.textContent !== text) tip.textContent = text;
    tip.classList.add("shown");
    const width = tip.offsetWidth;
    tip.style.left = `${Math.max(6, Math.min(x - width / 2, innerWidth - width - 6))}px`;
    tip.style.top = `${y - tip.offsetHeight - 8 < 6 ? y + 30 : y - tip.offsetHeight - 8}px`;
  }

  function hideTip() {
    if (!tip) return;
    tip.classList.remove("shown");
    tip.textContent = "";
    place = { bar: null, index: -1 };
  }

  const moment = (ms) => new Date(ms).toISOString().slice(0, 19).replace("T", " ") + " UTC";

  // As CheckMarks writes them: "u1764000000 u300 d300~error".
  function marksOf(bar) {
    let seconds = 0;
    return bar.dataset.marks.split(" ").filter(Boolean).map((mark) => {
      const tilde = mark.indexOf("~");
      const [head, error] = tilde < 0 ? [mark] : [mark.slice(0, tilde), mark.slice(tilde + 1)];
      seconds += Number(head.slice(1));
      // Of the three outcomes two begin alike: unknown is the one that says why.
      const word = head[0] === "u" && error !== undefined ? "unknown" : words[head[0]];
      const told = error === undefined ? "" : decodeURIComponent(error);
      const why = told === "" ? "" : ": " + (told === "!" ? missed : told);
      return `${word} at ${moment(seconds * 1000)}${why}`;
    });
  }

  const slots = 30;

  function showMark(bar, index) {
    const marks = marksOf(bar);
    if (index < 0 || index >= marks.length) return hideTip();
    const box = bar.getBoundingClientRect();
    place = { bar, index };
    showTip(marks[index], box.left + box.width * (slots - marks.length + index + 0.5) / slots, box.top);
  }

  const stripesOf = (bar) => [...bar.querySelectorAll("[data-tip]")].sort((a, b) => a.dataset.from - b.dataset.from);

  function showStripe(bar, index) {
    const stripe = stripesOf(bar)[index];
    if (!stripe) return;
    const box = stripe.getBoundingClientRect();
    place = { bar, index };
    for (const other of bar.querySelectorAll(".told")) other.classList.remove("told");
    stripe.classList.add("told");
    showTip(stripe.dataset.tip, box.left + box.width / 2, bar.getBoundingClientRect().top);
  }

  document.addEventListener("pointermove", (event) => {
    if (!(event.target instanceof Element)) return;
    const bar = event.target.closest("[data-marks]");
    if (bar) {
      const box = bar.getBoundingClientRect();
      const slot = Math.floor((event.clientX - box.left) / box.width * slots);
      return showMark(bar, slot - (slots - marksOf(bar).length));
    }
    const stripe = event.target.closest("[data-tip]");
    if (stripe) return showTip(stripe.dataset.tip, event.clientX, stripe.parentElement.getBoundingClientRect().top);
    if (tip?.classList.contains("shown") && !place.bar?.contains(document.activeElement)) hideTip();
  }, { passive: true });

  document.addEventListener("focusin", (event) => {
    const bar = event.target.closest("[data-marks]");
    if (bar?.matches(":focus-visible")) showMark(bar, marksOf(bar).length - 1);
  });
  document.addEventListener("focusout", (event) => {
    if (!event.target.closest("[data-marks], [data-zoom]")) return;
    for (const told of document.querySelectorAll(".told")) told.classList.remove("told");
    hideTip();
  });
  document.addEventListener("scroll", () => hideTip(), { passive: true, capture: true });

  function barKey(event, bar) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const isMarks = bar.dataset.marks !== undefined;
    const count = isMarks ? marksOf(bar).length : stripesOf(bar).length;
    if (step || event.key === "Home" || event.key === "End") {
      event.preventDefault();
      const from = place.bar === bar ? place.index : step === 1 ? -1 : count;
      const to = event.key === "Home" ? 0 : event.key === "End" ? count - 1 : Math.max(0, Math.min(count - 1, from + step));
      (isMarks ? showMark : showStripe)(bar, to);
    } else if (event.key === "Enter" && !isMarks && place.bar === bar) {
      const stripe = stripesOf(bar)[place.index];
      if (stripe) zoom(bar, Number(stripe.dataset.from), Number(stripe.dataset.to));
    } else if (event.key === "Escape") hideTip();
  }

  // ---- zoom: drag over the timeline ------------------------------------------------------------------------------------------

  let drag = null;

  function zoom(bar, from, to) {
    if (to - from < 1000) return;
    hideTip();
    const address = `${bar.dataset.zoom}from=${new Date(from).toISOString()}&to=${new Date(to).toISOString()}`;
    if (window.Blazor) Blazor.navigateTo(address); else location.assign(address);
  }

  document.addEventListener("pointerdown", (event) => {
    const bar = event.target instanceof Element ? event.target.closest("[data-zoom]") : null;
    if (!bar || event.button !== 0) return;
    const band = document.createElement("div");
    band.className = "zoom-band";
    drag = { bar, band, from: event.clientX, to: event.clientX };
    document.body.append(band);
    // Keeps the text around the bar from being selected; the focus is given by hand for that.
    event.preventDefault();
    bar.focus({ preventScroll: true });
  });
  document.addEventListener("pointermove", (event) => {
    if (!drag) return;
    const box = drag.bar.getBoundingClientRect();
    drag.to = Math.max(box.left, Math.min(box.right, event.clientX));
    Object.assign(drag.band.style, {
      left: `${Math.min(drag.from, drag.to)}px`, width: `${Math.abs(drag.to - drag.from)}px`, top: `${box.top}px`, height: `${box.height}px`,
    });
  });
  const endDrag = (isDone) => {
    if (!drag) return;
    const { bar, band, from, to } = drag;
    drag = null;
    band.remove();
    if (!isDone || Math.abs(to - from) < 6) return;
    const box = bar.getBoundingClientRect();
    const [start, end] = [Number(bar.dataset.from), Number(bar.dataset.to)];
    const at = (x) => Math.round(start + (x - box.left) / box.width * (end - start));
    zoom(bar, at(Math.min(from, to)), at(Math.max(from, to)));
  };
  document.addEventListener("pointerup", () => endDrag(true));
  document.addEventListener("pointercancel", () => endDrag(false));

  // ---- forms -----------------------------------------------------------------------------------------------------------------

  const controls = "input, textarea, select";

  // Enter finds, or adds, where a field within a form does that; it does not send the form around it half filled.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !(event.target instanceof HTMLInputElement)) return;
    if (!event.target.matches("[data-enter], form:not([role=search]) input[type=search]")) return;
    event.preventDefault();
    event.target.parentElement.querySelector("[data-enter] + button")?.click();
  });

  // Whoever sent a form that is refused stands at its button, and what is wrong may be out of sight.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    const sender = document.activeElement;
    for (const told of form.querySelectorAll("[aria-invalid]")) told.removeAttribute("aria-invalid");
    let looks = 0;
    const look = setInterval(() => {
      const fault = form.querySelector(".field.wrong, .refusal, p.error:not(:empty)");
      if (!form.isConnected || ++looks > 50) return clearInterval(look);
      if (!fault) return;
      clearInterval(look);
      for (const wrong of form.querySelectorAll(".field.wrong")) wrong.querySelector(controls)?.setAttribute("aria-invalid", "true");
      // Somebody who has gone on meanwhile is left in peace.
      if (document.activeElement !== sender && document.activeElement !== document.body) return;
      fault.scrollIntoView({ block: "nearest" });
      fault.querySelector(controls)?.focus();
    }, 100);
  });

  // ---- keyboard shortcuts ----------------------------------------------------------------------------------------------------

  const off = "exemplar_shortcuts_off";
  let pending = null;

  const isTyping = (element) =>
    element instanceof Element && (element.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") !== null);

  document.addEventListener("keydown", (event) => {
    const bar = event.target instanceof Element ? event.target.closest("[data-marks], [data-zoom]") : null;
    if (bar && !event.ctrlKey && !event.metaKey && !event.altKey) barKey(event, bar);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (event.key.length !== 1 || document.querySelector("[role=dialog], dialog[open]:not(#components-reconnect-modal)")) return;
    if (event.key === "?") {
      event.preventDefault();
      return openShortcuts();
    }
    if (localStorage.getItem(off)) return;
    if (press(event.key)) event.preventDefault();
  });

  function press(key) {
    if (pending === "g") {
      pending = null;
      return click(`[data-go="${CSS.escape(key)}"]`);
    }
    switch (key) {
      case "g":
        pending = "g";
        setTimeout(() => { pending = null; }, 1500);
        return true;
      case "/": {
        const search = document.querySelector("[role=search] input");
        search?.focus();
        search?.select();
        return search !== null;
      }
      case "j": return moveRow(1);
      case "k": return moveRow(-1);
      case "x": return click("input[type=checkbox]", document.activeElement?.closest("[role=row]"));
      default: return click(`[data-key="${CSS.escape(key)}"]`);
    }
  }

  function click(selector, within = document) {
    const found = within?.querySelector(selector);
    found?.click();
    return found != null;
  }

  function moveRow(step) {
    const rows = [...document.querySelectorAll("[data-row]")];
    if (rows.length === 0) return false;
    const here = rows.findIndex((row) => row.closest("[role=row]")?.contains(document.activeElement));
    rows[here < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, here + step))].focus();
    return true;
  }

  function openShortcuts() {
    const dialog = document.getElementById("shortcuts");
    if (!dialog) return;
    const box = dialog.querySelector("[data-shortcuts-on]");
    box.checked = !localStorage.getItem(off);
    box.onchange = () => box.checked ? localStorage.removeItem(off) : localStorage.setItem(off, "1");
    dialog.showModal();
  }

  // ---- connection ------------------------------------------------------------------------------------------------------------

  const connection = document.getElementById("components-reconnect-modal");
  let comesBack = false;

  // Reloading while the server is away would leave the browser's own error page, which nothing brings back.
  async function comeBack() {
    if (comesBack) return;
    comesBack = true;
    if (!connection.open) connection.show();
    for (;;) {
      try {
        if ((await fetch("/readyz", { cache: "no-store", signal: AbortSignal.timeout(5000) })).ok) return location.reload();
      } catch {
        // Still away.
      }
      await new Promise((then) => { setTimeout(then, 2000); });
    }
  }

  connection?.addEventListener("components-reconnect-state-changed", (event) => {
    switch (event.detail.state) {
      case "show":
        if (!connection.open) connection.show();
        break;
      case "hide":
        connection.close();
        break;
      case "failed":
      case "rejected":
        // Nobody tries any more, or the server was started again and knows nothing of this page.
        comeBack();
        break;
    }
  });
})();
