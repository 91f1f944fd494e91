/**
 * All elements.
 *
 * @module
 */
import * as functions from "./functions.ts";

export * from "./functions.ts";
export type {
  Attributes,
  BodyFields,
  Classes,
  Fields,
  Flag,
  PostbackFields,
  Style,
  Value,
} from "../fields.ts";
export type {
  BaseFields,
  DetailsFields,
  EditFields,
  HtmlFields,
  MetaFields,
  MetaLinkFields,
} from "./document.ts";
export type { LiteralFields, ScriptFields, StyleFields } from "./code.ts";
export type {
  AreaFields,
  AudioFields,
  CanvasFields,
  ImageFields,
  MapFields,
  SourceFields,
  TrackFields,
  VideoFields,
} from "./media.ts";
export type { EmbedFields, IframeFields, ObjectFields, ParamFields } from "./embedded.ts";
export type { BlockquoteFields, LiFields, ListFields, MenuFields } from "./lists.ts";
export type { ColFields, ColgroupFields, TableFields, TdFields, ThFields, TrFields } from "./tables.ts";
export type { LinkFields } from "./links.ts";
export type {
  ButtonFields,
  FieldsetFields,
  FormFields,
  LabelFields,
  SubmitterFields,
  TextareaFields,
} from "./forms.ts";
export type { DropdownFields, OptgroupFields, OptionFields, SelectFields } from "./choices.ts";
export type { BoxFields, CheckboxFields, RadioFields } from "./boxes.ts";
export type {
  AnyInputFields,
  DateFields,
  EmailFields,
  FileFields,
  FilledFields,
  HiddenFields,
  InputImageFields,
  ListedFields,
  MonthFields,
  NumberFields,
  RangedFields,
  RangeFields,
  SearchFields,
  TextFields,
  ValueFields,
} from "./input_fields.ts";
export type { InputFields, SubmitFields, TextboxFields } from "./text_inputs.ts";
export type {
  CommandFields,
  KeygenFields,
  MeterFields,
  OutputFields,
  ProgressFields,
  SpinnerFields,
} from "./measures.ts";
export type { PlainFields, VoidFields } from "./plain.ts";
export type { UploadFields } from "./upload.ts";
export type { UploadTexts } from "./upload_texts.ts";
export type { Bindings, DtlFields, TemplateSet } from "../templates_dtl.ts";

/**
 * All elements by their names, as JSX needs them, and whoever lists them.
 *
 * @example
 * ```ts
 * import { elements, render } from "@n2o/n2o/nitro";
 *
 * const { html } = render(elements.panel({ body: "Text" }));
 * if (html !== "<div>Text</div>" || !("button" in elements)) throw new Error(html);
 * ```
 */
export const elements: typeof functions = functions;
