/**
 * What the page's module `/n2o/nitro.js` does: it connects the page, and applies the operations that its server sends. Nothing that
 * comes is run as code.
 *
 * @module
 */
import { combo } from "./combo.ts";
import { type Controls, createControls, type Page } from "./controls.ts";
import { startPage } from "./page.ts";
import { sortable } from "./sortable.ts";
import { upload } from "./upload.ts";

export type { Attach, Control, Page } from "./controls.ts";

/** The kinds of controls; others can be registered before the server names them. */
export const controls: Controls = createControls();
controls.register("combo", combo);
controls.register("sortable", sortable);
controls.register("upload", upload);

/** This page. */
export const page: Page = startPage(controls);
