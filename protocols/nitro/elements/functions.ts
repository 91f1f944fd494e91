/**
 * The functions of all elements, and nothing else: the namespace of this file is the registry `elements`.
 *
 * @module
 */
export {
  address,
  article,
  aside,
  author,
  br,
  code,
  div,
  element,
  figcaption,
  figure,
  footer,
  h1,
  h2,
  h3,
  h4,
  h5,
  h6,
  header,
  hgroup,
  hr,
  main,
  mark,
  message,
  nav,
  p,
  panel,
  pre,
  section,
  span,
  summary,
  template,
} from "./text.ts";
export { base, body, del, details, head, html, ins, meta, metaLink, noscript, title } from "./document.ts";
export { literal, script, style } from "./code.ts";
export { area, audio, canvas, image, map, source, track, video } from "./media.ts";
export { embed, iframe, object, param } from "./embedded.ts";
export { blockquote, dd, dl, dt, li, list, menu, ol, ul } from "./lists.ts";
export { caption, col, colgroup, table, tbody, td, tfoot, th, thead, tr } from "./tables.ts";
export { link } from "./links.ts";
export { button, fieldset, form, label, legend, textarea } from "./forms.ts";
export { datalist, dropdown, optgroup, option, select } from "./choices.ts";
export { checkbox, radio, radiogroup } from "./boxes.ts";
export {
  color,
  date,
  datetime,
  datetimeLocal,
  email,
  file,
  hidden,
  inputButton,
  inputImage,
  inputTime,
  month,
  number,
  password,
  range,
  reset,
  search,
  tel,
  url,
  week,
} from "./inputs.ts";
export { input, submit, textbox } from "./text_inputs.ts";
export { command, keygen, meter, output, progress, spinner } from "./measures.ts";
export { upload } from "./upload.ts";
export { dtl } from "../templates_dtl.ts";
export { calendar } from "../controls/calendar.ts";
export { comboLookup } from "../controls/combo_lookup.ts";
export { comboLookupEdit } from "../controls/combo_lookup_edit.ts";
export { comboLookupGroup } from "../controls/combo_lookup_group.ts";
export { comboLookupGroupItem } from "../controls/combo_lookup_group_item.ts";
export { comboLookupGroupList } from "../controls/combo_lookup_group_list.ts";
export { comboLookupModify } from "../controls/combo_lookup_modify.ts";
export { comboLookupModifyItem } from "../controls/combo_lookup_modify_item.ts";
export { comboLookupText } from "../controls/combo_lookup_text.ts";
export { comboLookupVec } from "../controls/combo_lookup_vec.ts";
export { koatuu } from "../controls/koatuu.ts";
export { multipleInput } from "../controls/multiple_input.ts";
export { sortableItem } from "../controls/sortable_item.ts";
export { sortableList } from "../controls/sortable_list.ts";
