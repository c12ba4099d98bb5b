// Replaces the parts of the board that changed, as the server renders them.
"use strict";
const said = document.getElementById("live");
const hour = () => new Date().toLocaleTimeString("fr-FR");
const stream = new EventSource(document.currentScript.dataset.stream);

stream.addEventListener("board", (event) => {
  for (const [name, html] of Object.entries(JSON.parse(event.data))) {
    const part = document.getElementById(name);
    const held = part.contains(document.activeElement) && document.activeElement.href;
    part.innerHTML = html;
    if (held) [...part.querySelectorAll("a")].find((link) => link.href === held)?.focus();
  }
  said.textContent = "En direct, mis à jour à " + hour();
});
stream.addEventListener("over", () => {
  stream.close();
  location.reload();
});
stream.onopen = () => (said.textContent = "En direct");
stream.onerror = () => (said.textContent = "Liaison perdue à " + hour() + ", nouvel essai…");
