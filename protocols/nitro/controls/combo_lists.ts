/**
 * What lookups do to the lists around them, where the browser asks its server for it.
 *
 * @module
 */
import { type Term, text } from "../../../lib/term.ts";
import { wire } from "../actions/mod.ts";
import { NitroError } from "../error.ts";
import type { Nitro } from "../nitro.ts";
import { bindText, type Choice } from "./choice.ts";
import { comboLookupGroupItem } from "./combo_lookup_group_item.ts";
import { comboLookupGroupList } from "./combo_lookup_group_list.ts";
import {
  comboLookupModifyItem,
  type ComboLookupModifyItemFields,
  withPart,
} from "./combo_lookup_modify_item.ts";
import type { ComboMessage } from "./combo_messages.ts";
import { type ComboFeed, viewOf } from "./feed.ts";
import { call } from "./script.ts";
import type { Element } from "../parts.ts";

/** So many values has a group at most. */
const MAX_VALUES = 1000;

/** Answers the messages that add to lists, or change what is in them. */
export class ComboLists {
  readonly #find: (feed: string, delegate: string) => ComboFeed<unknown>;
  #groups = 0;

  /** Takes the function that finds a feed by its name, or by a module. */
  constructor(find: (feed: string, delegate: string) => ComboFeed<unknown>) {
    this.#find = find;
  }

  /** Does what a message asks for. */
  take(message: ComboMessage, nitro: Nitro): void {
    switch (message.name) {
      case "comboAdd":
        return this.#add(message, nitro);
      case "comboModify":
        return this.#modify(message, nitro);
      case "comboVecAdd":
        return this.#vecAdd(message, nitro);
      case "comboGroup":
        return this.#group(message, nitro);
      case "comboDraft":
        return this.#draft(message, nitro);
    }
  }

  #add(message: ComboMessage, nitro: Nitro): void {
    const listId = message.text(1);
    nitro.insertBottom(
      listId,
      this.#item({
        listId,
        value: message.text(2),
        bind: message.tuple(3),
        delegate: message.text(4),
        pos: message.position(5),
        feed: message.text(6),
        default: message.at(7),
      }),
    );
  }

  #modify(message: ComboMessage, nitro: Nitro): void {
    const pos = message.position(7);
    const bind = message.tuple(4);
    if (pos > bind.length) {
      throw new NitroError("combo_bad_message", "a lookup's message has no such position", pos);
    }
    nitro.update(
      message.text(2),
      this.#item({
        listId: message.text(1),
        value: message.text(3),
        bind: withPart(bind, pos, message.at(5)),
        delegate: message.text(6),
        pos,
        feed: message.text(8),
      }),
    );
  }

  #item(fields: ComboLookupModifyItemFields & { readonly feed: string; readonly delegate: string }): Element {
    const feed = this.#find(fields.feed, fields.delegate);
    return comboLookupModifyItem({ ...fields, viewValue: (part) => this.#view(part, feed) });
  }

  #vecAdd(message: ComboMessage, nitro: Nitro): void {
    const [list, value] = [message.text(1), message.at(2)];
    const view = this.#view(value, this.#find(message.text(3), message.text(4)));
    // Only the original's client asks for it.
    if (nitro.mode === "script") {
      nitro.wire(wire(`${call("appendItemFromBind", list, view, bindText(value))};`));
    }
  }

  #group(message: ComboMessage, nitro: Nitro): void {
    const [list, value] = [message.text(1), message.at(2)];
    const view = this.#view(value, this.#find("", message.text(3)));
    nitro.insertBottom(list, comboLookupGroupItem({ value: view, bind: value, group: "draft" }));
  }

  #draft(message: ComboMessage, nitro: Nitro): void {
    const [id, list, group, subtitle, delegate] = [1, 2, 4, 5, 6].map((index) => message.text(index));
    const given = message.at(3);
    const feed = this.#find("", delegate);
    if (!Array.isArray(given) || given.length === 0) return;
    if (given.length > MAX_VALUES) {
      throw new NitroError("combo_too_many_values", "a group has too many values", given.length);
    }
    const values = given.map((value: Term): Choice => ({ view: this.#view(value, feed), bind: value }));
    const draft = { id: `${id}_draft`, group: "draft", subtitle, delegate };
    if (group === "draft") {
      nitro.update(draft.id, comboLookupGroupList(draft));
      nitro.insertBottom(
        id,
        comboLookupGroupList({ id: `${id}_${++this.#groups}`, group: "saved", subtitle, delegate, values }),
      );
    } else {
      nitro.update(draft.id, comboLookupGroupList({ ...draft, values }));
      nitro.remove(list);
    }
  }

  /** The text of a term that came from a browser: a feed whose rows are no terms shows it as it is. */
  #view(value: Term, feed: ComboFeed<unknown>): string {
    return feed.value === undefined ? viewOf(value, feed) : text(value) ?? viewOf(value, { rows: [] });
  }
}
