/** The upload element as it is drawn. */
import { strict as assert } from "node:assert";
import { isTuple, type Term, text, type Tuple } from "@n2o/n2o";
import { NitroError, render, renderActions, update, upload, type UploadFields } from "@n2o/n2o/nitro";
import { uploadCount } from "./nitro_counts.ts";
import { camelCase, type ElementRow, type NitroVectors, recordedBody } from "./nitro_vector.ts";
import recorded from "./vectors/nitro.json" with { type: "json" };

const vectors = recorded as unknown as NitroVectors;

/** Fields of a row, in TypeScript; those that no element gets by itself are left to the tests of the others. */
function fieldsOf({ fields, fields_set }: ElementRow): UploadFields {
  const tagged = fields_set === undefined ? fields ?? {} : vectors.field_sets[fields_set];
  return Object.fromEntries(
    Object.entries(tagged).filter(([name]) => /^(id|name|value|show_if)$/.test(name))
      .map(([name, value]) => [camelCase(name), recordedBody(value)]),
  );
}

const named = (html: string): string => html.replace(/auto-\d+/g, "<AUTO1>");

Deno.test("for the original's client it is as recorded, without any deviation", () => {
  const rows = vectors.elements.filter(({ element }) => element === "upload");
  for (const row of rows) {
    const { html, actions } = render(upload(fieldsOf(row)));
    assert.deepEqual({ html: named(html), actions: named(actions) || null }, {
      html: row.html,
      actions: row.actions,
    });
  }
  assert.deepEqual([rows.length, rows.length], [uploadCount.rows, uploadCount.same]);
  const { js } = (recorded as unknown as { actions: { case: string; js: string }[] }).actions
    .find((row) => row.case === "update upload")!;
  assert.equal(named(renderActions(update("upload", upload()))), js);
});

Deno.test("an id that is hostile stays an id, in HTML and in JavaScript", () => {
  const id = `"><script>alert(1)</script>');alert(2);//`;
  const { html, actions } = render(upload({ id }));
  assert.ok(!html.includes("<script>"), html);
  assert.ok(!/[^\\]'\);alert/.test(actions) && !actions.includes("</script"), actions);
});

/** The options of the control, by name. */
function optionsOf(fields: UploadFields): { id: Term; options: Record<string, Term>; html: string } {
  const { html, operations } = render(upload(fields), { mode: "operations" });
  assert.equal(operations.length, 1);
  const [control] = operations as Tuple[];
  assert.ok(isTuple(control, "control", 4) && text(control[2]) === "upload");
  const options = Object.fromEntries((control[3] as Tuple[]).map(([key, value]) => [text(key)!, value]));
  return { id: control[1], options, html };
}

Deno.test("for the project's own client it is an input, a list and a control with options", () => {
  const { id, options, html } = optionsOf({});
  assert.equal(id, "upload");
  assert.ok(html.startsWith('<div id="upload" class="n2o-upload" data-n2o-control="upload"><label'), html);
  assert.ok(html.includes('<input type="file" multiple><span class="n2o-upload-prompt">Choose files'), html);
  assert.deepEqual(Object.keys(options).filter((name) => /max|pattern|auto|meta|parallel/.test(name)), []);
  assert.equal(options.waiting, "Waiting");
  assert.equal(options.file_too_big, "This file is too large");
  assert.ok(!/ on\w+=|style=|<script/.test(html), "nothing that a strict policy forbids");
});

Deno.test("its limits go to the client, and stand in the texts", () => {
  const { id, options, html } = optionsOf({
    id: "photos",
    class: ["wide"],
    title: "Photos",
    name: "p",
    maxBytes: 2_500_000,
    maxFiles: 4,
    parallel: 2,
    auto: false,
    meta: "album",
    texts: { done: "Fertig", atMost: "höchstens {limit}", errors: { refused: "Nein" } },
  });
  const { maxBytes, maxFiles, parallel, auto, meta, done, waiting, file_too_big, too_many_files, refused } =
    options;
  assert.deepEqual({ id, maxBytes, maxFiles, parallel, auto, meta, done, waiting, refused }, {
    ...{ id: "photos", maxBytes: 2_500_000, maxFiles: 4, parallel: 2, auto: false, meta: "album" },
    ...{ done: "Fertig", waiting: "Waiting", refused: "Nein" },
  });
  assert.equal(file_too_big, "This file is too large (höchstens 2.5 MB)");
  assert.equal(too_many_files, "Too many files (höchstens 4)");
  assert.ok(html.startsWith('<div id="photos" class="n2o-upload wide" data-n2o-control="upload"'), html);
  assert.ok(html.includes(' title="Photos"') && html.includes('<input type="file" name="p" multiple>'), html);
});

Deno.test("one file only: no `multiple`, another prompt, and each takes the place of the one before", () => {
  for (const fields of [{ multiple: false }, { maxFiles: 1 }]) {
    const { options, html } = optionsOf(fields);
    assert.equal(options.maxFiles, 1);
    assert.ok(html.includes('<input type="file"><span class="n2o-upload-prompt">Choose a file or'), html);
  }
});

Deno.test("types that are accepted become a pattern of type and name, for files that are dropped", () => {
  const { options, html } = optionsOf({ accept: "image/*, .tar.gz,application/pdf,.C++" });
  assert.ok(html.includes(' accept="image/*, .tar.gz,application/pdf,.C++"'), html);
  const pattern = new RegExp(options.pattern as string, "i");
  for (const good of ["image/png a", " a.TAR.GZ", "application/pdf x", "text/plain a.c++"]) {
    assert.match(good, pattern);
  }
  for (const bad of [" a.tarxgz", "application/pdfx y", "text/plain image/png", " a.gz"]) {
    assert.doesNotMatch(bad, pattern);
  }
});

Deno.test("a limit that is none is an error that says which", () => {
  for (
    const [name, value] of [["maxBytes", -1], ["maxFiles", 1.5], ["parallel", NaN], ["parallel", 5]] as const
  ) {
    assert.throws(
      () => render(upload({ [name]: value }), { mode: "operations" }),
      (error) => error instanceof NitroError && error.code === "bad_field" && error.message.includes(name),
    );
  }
});
