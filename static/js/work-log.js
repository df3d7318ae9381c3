/* A form that is sent while the network is away would end on the browser's error page. It stays here instead, its text is
   kept by app.js (data-keep), and the page says so. Without this file the text is kept all the same. */
(() => {
  "use strict";
  const WORDS = document.body.dataset.textOffline || "";
  const tell = () => {
    const area = document.getElementById("messages");
    if (!area || document.getElementById("offline")) return;
    const box = document.createElement("div");
    box.className = "notice warn";
    box.id = "offline";
    const words = document.createElement("p");
    words.textContent = WORDS;
    box.append(document.createElement("span"), words);
    area.append(box);
    box.scrollIntoView({ block: "nearest" });
  };
  window.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-needs-network]") || navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tell();
  }, true);
  window.addEventListener("online", () => { const box = document.getElementById("offline"); if (box) box.remove(); });
})();
