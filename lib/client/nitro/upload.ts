/**
 * The upload element's control: what a page shows of its files, and what its buttons do.
 *
 * The markup and all texts come from the server: an input, a list, and a `<template>` of one file, whose parts are known by their
 * classes.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type Term, text, tuple } from "../browser.ts";
import type { Attach, Control, Page } from "./controls.ts";
import { localMemory } from "./upload_memory.ts";
import { createUploads, type Transfer, type UploadsOptions } from "./uploads.ts";

type Options = ReadonlyMap<string, Term>;

/** The page's uploads by their elements' ids: an element that is replaced keeps its files. */
const kept = new Map<string, (root: HTMLElement, options: Options) => Control>();

/** Makes an element an upload. Its value as a source is the list of the files that are done, `{Id, Name}` each. */
export const upload: Attach = (root, options, page) => {
  const { id } = root;
  if (!kept.has(id)) kept.set(id, create(id, page));
  return kept.get(id)!(root, options);
};

function create(id: string, { client }: Page): (root: HTMLElement, options: Options) => Control {
  let root: HTMLElement;
  let options: Options;
  const rows = new Map<Transfer, HTMLElement>();
  const uploads = createUploads(client, {}, draw, localMemory(`n2o.upload ${location.pathname}#${id} `));
  const { list } = uploads;

  const say = (key: string): string | undefined => text(options.get(key) ?? -1);
  const part = (within: HTMLElement, name: string): HTMLElement =>
    within.querySelector(`.n2o-upload-${name}`)!;
  const input = (): HTMLInputElement => root.querySelector("input")!;

  function draw(t: Transfer): void {
    const { name, size, state, error } = t;
    let row = rows.get(t);
    if (!list.includes(t)) {
      row?.remove();
      rows.delete(t);
      return;
    }
    if (!row) {
      row = root.querySelector("template")!.content.firstElementChild!.cloneNode(true) as HTMLElement;
      rows.set(t, row);
      part(root, "list").append(row);
    }
    const set = (name: string, text = ""): HTMLElement => {
      const element = part(row, name);
      // What is said again would be read out again.
      if (element.textContent !== text) element.textContent = text;
      return element;
    };
    const label = (part: string, text?: string): void => {
      set(part, text).ariaLabel = `${text} ${name}`;
    };
    const percent = state === "done" ? 100 : Math.floor(99 * t.offset / (size || 1));
    row.dataset.state = state;
    set("name", name);
    set("size", sizeText(size));
    set("percent", `${percent}%`);
    const bar = part(row, "bar") as HTMLProgressElement;
    bar.value = percent;
    bar.ariaLabel = name;
    const offline = state === "waiting" && !/open|poll/.test(client.state);
    set("state", say(offline ? "offline" : state)?.replace("{name}", name));
    set("error", error && (say(error) ?? `${say("other")} (${error})`));
    label("toggle", state === "failed" && !t.file ? "" : say(`${state}_toggle`));
    label("cancel", say(`${state}_cancel`) ?? say("cancel"));
  }

  function add(files: FileList | null): void {
    for (const file of files ?? []) uploads.add(file);
  }

  return (element, given) => {
    const listen = (types: string, listener: (event: Event) => void): void => {
      for (const type of types.split(" ")) element.addEventListener(type, listener);
    };
    const update = (given: Options): void => {
      options = given;
      uploads.options = Object.fromEntries(given) as UploadsOptions;
      for (const t of list) draw(t);
    };
    root = element;
    rows.clear();
    const take = (): void => {
      add(input().files);
      // So that the same file can be chosen again.
      input().value = "";
    };
    listen("change", take);
    listen("dragover dragleave drop", (event) => {
      event.preventDefault();
      element.toggleAttribute("data-over", event.type === "dragover");
      if (event.type === "drop") add((event as DragEvent).dataTransfer!.files);
    });
    listen("click", ({ target }) => {
      const button = (target as Element).closest("button");
      const t = list.find((one) => rows.get(one)!.contains(button));
      if (!t) return;
      if (button!.matches(".n2o-upload-cancel")) {
        uploads.cancel(t);
        // The button that had the focus has gone.
        input().focus();
      } else if (t.state === "missing") input().click();
      else uploads.toggle(t);
    });
    update(given);
    // What was chosen before the page was connected.
    take();
    return {
      update,
      value: () => list.filter(({ state }) => state === "done").map(({ id, name }) => tuple(id, name)),
    };
  };
}

/** A size as people read it. */
function sizeText(bytes: number): string {
  let power = 0;
  for (; bytes >= 1000 && power < 3; power++) bytes /= 1000;
  return `${+bytes.toPrecision(3)} ${["B", "KB", "MB", "GB"][power]}`;
}
