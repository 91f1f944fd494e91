// What the documents' pages do beyond HTML: copying code, the search key, and where one is in the table of contents.

for (const block of document.querySelectorAll("pre.code")) {
  if (navigator.clipboard === undefined) break;
  const button = document.createElement("button");
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.querySelector("code").textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed";
    }
    setTimeout(() => button.textContent = "Copy", 2000);
  });
  const frame = document.createElement("div");
  frame.className = "frame";
  block.replaceWith(frame);
  frame.append(block, button);
}

addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, [contenteditable]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing) return;
  event.preventDefault();
  document.querySelector("input[type=search]").focus();
});

// A panel that is laid over a phone's page goes when one of its links is followed.
for (const panel of document.querySelectorAll(".side")) {
  panel.addEventListener("click", (event) => {
    if (event.target.closest("a") && panel.matches(":popover-open")) panel.hidePopover();
  });
}

const links = new Map();
for (const link of document.querySelectorAll("#outline a")) links.set(link.hash.slice(1), link);
let current;
function showPlace() {
  let last;
  for (const id of links.keys()) {
    const heading = document.getElementById(id);
    if (heading === null) continue;
    if (heading.getBoundingClientRect().top > 120) break;
    last = links.get(id);
  }
  if (last === current) return;
  current?.removeAttribute("aria-current");
  last?.setAttribute("aria-current", "true");
  last?.scrollIntoView({ block: "nearest" });
  current = last;
}
let asked = false;
addEventListener("scroll", () => {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    showPlace();
  });
}, { passive: true });
