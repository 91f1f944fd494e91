import { el } from "./dom.js";

/** Below this an interruption is not worth a word. */
const PATIENCE_MS = 700;
const WELCOME_MS = 2000;

/**
 * Shows a client's connection in one line: connecting, offline, waiting with a countdown, polling, back again.
 * A screen reader hears each state once, not every second of the countdown.
 */
export function showConnection(client, banner) {
  let timer = 0;
  let told = false;

  const later = (run, ms) => {
    clearTimeout(timer);
    timer = setTimeout(run, ms);
  };
  const say = (tone, ...content) => {
    banner.dataset.tone = tone;
    banner.replaceChildren(...content);
    banner.hidden = false;
    told = tone === "warn";
  };
  const hide = () => {
    clearTimeout(timer);
    banner.hidden = true;
    told = false;
  };
  const spinner = () => el("span", { class: "spinner", "aria-hidden": "true" });

  const connecting = () => say("calm", spinner(), el("span", {}, "Connecting…"));

  function waiting(retryInMs) {
    const until = Date.now() + retryInMs;
    const count = el("span", { "aria-hidden": "true" });
    const now = el("button", { class: "link-button", type: "button", id: "tryNow" }, "Try now");
    now.addEventListener("click", () => client.connect());
    const offline = navigator.onLine === false;
    say("warn", el("span", {}, offline ? "You are offline." : "The connection is lost."), count, now);
    const tick = () => {
      const seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
      count.textContent = seconds > 0 ? `Reconnecting in ${seconds} s` : "Reconnecting…";
      later(tick, 250);
    };
    tick();
  }

  client.on("state", ({ state, retryInMs = 0 }) => {
    clearTimeout(timer);
    if (state === "waiting") return waiting(retryInMs);
    if (state === "connecting") {
      if (told) return say("warn", spinner(), el("span", {}, "Reconnecting…"));
      return later(connecting, PATIENCE_MS);
    }
    if (state === "polling") {
      return say("calm", el("span", {}, "Slow connection: new messages come every few seconds."));
    }
    if (state !== "open" || !told) return hide();
    say("good", el("span", {}, "Connected again."));
    later(hide, WELCOME_MS);
  });
}
