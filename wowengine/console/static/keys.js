// Keys, the seconds left to undo, and word of a lost connection. Every page works without this file.
"use strict";

// What a key does stands in the page: whatever carries it in aria-keyshortcuts is pressed, if it can be seen.
function shortcut(key) {
  const named = document.querySelectorAll(`[aria-keyshortcuts="${CSS.escape(key.toUpperCase())}"]`);
  const seen = [...named].filter((one) => one.checkVisibility());
  // Inside an opened verb its own keys come first: 3 is the third reason, or the third time to come back.
  return seen.find((one) => one.closest("details[open]") && one.tagName !== "SUMMARY") ?? seen[0];
}

function typing(target) {
  return target.matches("input, textarea, select, [contenteditable]");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.key === "Escape") {
    document.activeElement.blur();
    document.querySelectorAll("details[name=verb][open]").forEach((one) => one.removeAttribute("open"));
    return;
  }
  if (typing(event.target) || document.getElementById("content").dataset.keys === "off") return;
  const found = shortcut(event.key);
  if (!found) return;
  event.preventDefault();
  if (found.matches("input")) found.focus();
  else found.click();
  const opened = found.closest("details[open]");
  if (found.matches("summary") && opened) opened.querySelector("textarea, .options button")?.focus();
});

// What was just done, and the way back, close by themselves when their time is over.
setInterval(() => {
  document.querySelectorAll(".strip[data-until]").forEach((strip) => {
    const seconds = Math.ceil((new Date(strip.dataset.until) - Date.now()) / 1000);
    const shown = strip.querySelector(".seconds");
    if (seconds <= 0) strip.replaceChildren();
    else if (shown) shown.textContent = seconds;
  });
}, 250);

// A page swapped in by htmx is read from its beginning, as a page that was loaded would be.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.boosted) document.getElementById("content").focus({ preventScroll: true });
});

function connected(is) {
  document.querySelector(".offline").hidden = is;
}
document.addEventListener("htmx:sendError", () => connected(false));
document.addEventListener("htmx:afterOnLoad", () => connected(true));
