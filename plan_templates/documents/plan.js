// Looks for words in what a reader may need at once: cards, sections, people.
"use strict";
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const box = document.getElementById("words");
const told = document.getElementById("found");
const nav = document.querySelector("nav");
const parts = [...document.querySelectorAll("[data-part]")];
const rows = [...document.querySelectorAll("[data-row]")];
const texts = rows.map((row) => folded(row.textContent));

box.closest("[hidden]").hidden = false;
box.addEventListener("input", () => {
  const words = folded(box.value).split(/\s+/).filter(Boolean);
  const found = rows.filter((row, rank) => {
    row.hidden = !words.every((word) => texts[rank].includes(word));
    return !row.hidden;
  });
  for (const part of parts) part.hidden = words.length > 0 && !found.some((row) => part.contains(row));
  nav.hidden = words.length > 0;
  if (words.length && found.length === 1 && found[0].tagName === "DETAILS") found[0].open = true;
  told.textContent = words.length ? `Résultats : ${found.length}` : "";
});
addEventListener("hashchange", () => {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.tagName === "DETAILS") target.open = true;
});
