/**
 * Lookups: an input that offers the rows of a feed. The server searches; `{combo, Id, Uid, Offset, Rows, More}` brings what it found.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { atom, type Term, text, type Tuple, tuple } from "../browser.ts";
import { bind, unbind } from "./bound.ts";
import { isTaken } from "./composition.ts";
import type { Attach } from "./controls.ts";
import { say } from "./say.ts";
import { addValue, listIn } from "./sortable.ts";

/** So long nothing more has to be typed before the server is asked. */
const PAUSE_MS = 150;

/** The control of a lookup's input. */
export const combo: Attach = (element, options, page) => {
  const input = element as HTMLInputElement;
  const { id, dataset } = input;
  const box = input.parentElement!;
  const list = box.querySelector<HTMLElement>("[role=listbox]")!;
  const option = (name: string) => options.get(name)!;
  const direct = (name: string, ...fields: Term[]) =>
    page.send(tuple(atom("direct"), tuple(atom(name), ...fields)));
  /** The number of the search: answers to an earlier one are late. */
  let uid = 0;
  let more = false;
  let isAsking = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const current = () => list.querySelector<HTMLElement>("[aria-selected]");

  function mark(option?: Element | null): void {
    current()?.removeAttribute("aria-selected");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  function show(isOpen: boolean): void {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    box.toggleAttribute("data-n2o-up", innerHeight - input.getBoundingClientRect().bottom < 240);
  }

  function search(value: Term): void {
    isAsking = true;
    direct("comboKey", uid, value, id, option("feed"), option("delegate"));
  }

  function ask(pauseMs: number): void {
    uid++;
    clearTimeout(timer);
    timer = setTimeout(
      () => search(dataset.bind || !input.value.trim() ? atom("all") : input.value),
      pauseMs,
    );
  }

  function close(): void {
    uid++;
    clearTimeout(timer);
    if (isAsking) search(atom("stop"));
    isAsking = false;
    mark();
    show(false);
  }

  function fill(value: string, bound?: string): void {
    input.value = value;
    if (bound) dataset.bind = bound;
    else delete dataset.bind;
    const area = input.closest("[data-n2o-home=text]")?.querySelector("textarea");
    if (area) area.value = value;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function choose({ dataset: { bind: bound, text: title } }: HTMLElement): void {
    close();
    const value = unbind(bound!);
    const home = input.closest<HTMLElement>("[data-n2o-home]");
    const kind = home?.dataset.n2oHome;
    const target = home && (home.querySelector("[data-n2o-draft]") ?? listIn(home));
    const [of, at, from, missing] = ["delegate", "pos", "feed", "default"].map((name) => {
      const text = target?.getAttribute(`data-${name}`);
      return text ? unbind(text) : [];
    });
    const item = document.getElementById(input.getAttribute("nested")!);
    if (item) {
      const parts = [...unbind(item.dataset.bind!) as Tuple];
      parts[at as number - 1] = value;
      item.dataset.bind = bind(tuple(...parts));
      return fill(title!, bound);
    }
    direct(
      "comboSelect",
      uid,
      value,
      id,
      option("feed"),
      option("delegate"),
      dataset.update ? unbind(dataset.update) : [],
    );
    if (!target) return fill(title!, bound);
    fill("");
    if (kind === "modify") direct("comboAdd", target.id, title!, value, of, at, from, missing);
    else addValue(target, title!, bound);
  }

  function scrolled(): void {
    if (!more || list.hidden || list.scrollTop + list.clientHeight < list.scrollHeight - 60) return;
    more = false;
    direct("comboScroll", uid, id, option("delegate"));
  }

  input.addEventListener("input", (event) => {
    delete dataset.bind;
    if (!(event as InputEvent).isComposing) ask(PAUSE_MS);
  });
  input.addEventListener("compositionend", () => ask(PAUSE_MS));
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const { key } = event;
    const isOpen = !list.hidden;
    const [now, first, last] = [current(), list.firstElementChild, list.lastElementChild];
    if (isTaken(event) || event.altKey && isOpen) return;
    if (key === "ArrowDown") {
      isOpen ? mark(now ? now.nextElementSibling ?? (more ? now : first) : first) : ask(0);
    } else if (key === "ArrowUp") isOpen ? mark(now?.previousElementSibling ?? last) : ask(0);
    else if (now && key === "Home") mark(first);
    else if (now && key === "End") mark(last);
    else if (key === "Enter" && isOpen) now?.dataset.bind && choose(now);
    else if (key === "Escape" && (isOpen || input.value)) isOpen ? close() : fill("");
    else return;
    event.preventDefault();
  });
  list.addEventListener("scroll", scrolled);
  // The input keeps the focus.
  box.addEventListener("mousedown", (event) => event.target !== input && event.preventDefault());
  box.addEventListener("click", ({ target }) => {
    const hit = (target as Element).closest<HTMLElement>("[data-bind],button");
    if (!hit || hit === input) return;
    if (hit.localName !== "button") choose(hit);
    else {
      const isOpen = !list.hidden;
      close();
      input.focus();
      if (hit.classList.contains("n2o-combo-clear")) fill("");
      else if (!isOpen) ask(0);
    }
  });

  // Another connection knows nothing of these rows.
  const off = page.client.on("state", ({ state }) => state === "open" || close());

  return {
    update(given) {
      options = given;
    },
    detach() {
      off();
      close();
    },
    receive([, , number, offset, rows, hasMore]) {
      if (number !== uid) return;
      isAsking = false;
      const html = text(rows);
      more = hasMore === true;
      if (!offset) list.replaceChildren();
      if (html) page.apply([tuple(atom("insert"), list.id, "beforeend", html)]);
      if (html === undefined || !list.firstChild) {
        const note = document.createElement("div");
        say(note.textContent = text(option(html === undefined ? "failed" : "none"))!);
        list.append(note);
      }
      const form = document.getElementById(`${id}_form`);
      const isMissing = html === "" && !offset;
      if (form) form.hidden = !isMissing;
      show(!form || !isMissing);
      scrolled();
    },
  };
};
