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
    if (event.target.closest("[data-theme-switch]")) switchTheme();
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

  const connection = document.getElementById("components-reconnect-modal");
  connection?.addEventListener("components-reconnect-state-changed", (event) => {
    switch (event.detail.state) {
      case "show":
        if (!connection.open) connection.show();
        break;
      case "hide":
        connection.close();
        break;
      case "failed":
        document.addEventListener("visibilitychange", () => location.reload(), { once: true });
        setTimeout(() => location.reload(), 5000);
        break;
      case "rejected":
        // The server was started again and knows nothing of this page.
        location.reload();
        break;
    }
  });
})();
