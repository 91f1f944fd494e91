/**
 * Controls: elements that do more than HTML's own, with the project's client or with the original's.
 *
 * @module
 */
export { calendar, type CalendarFields } from "./calendar.ts";
export { type Combo, type ComboOptions, createCombo } from "./combo.ts";
export type { Choice, Values } from "./choice.ts";
export { comboLookup, type ComboLookupFields } from "./combo_lookup.ts";
export { comboLookupEdit, type ComboLookupEditFields } from "./combo_lookup_edit.ts";
export { comboLookupGroup, type ComboLookupGroupFields } from "./combo_lookup_group.ts";
export { comboLookupGroupItem, type ComboLookupGroupItemFields } from "./combo_lookup_group_item.ts";
export { comboLookupGroupList, type ComboLookupGroupListFields } from "./combo_lookup_group_list.ts";
export { comboLookupModify, type ComboLookupModifyFields } from "./combo_lookup_modify.ts";
export { comboLookupModifyItem, type ComboLookupModifyItemFields } from "./combo_lookup_modify_item.ts";
export { comboLookupText, type ComboLookupTextFields } from "./combo_lookup_text.ts";
export { comboLookupVec, type ComboLookupVecFields } from "./combo_lookup_vec.ts";
export { control, type ControlFields } from "./control.ts";
export {
  type ComboChoice,
  type ComboFeed,
  comboFeed,
  type FeedFunction,
  type FeedWindow,
  type Rows,
} from "./feed.ts";
export { koatuu, type KoatuuFields } from "./koatuu.ts";
export { multipleInput, type MultipleInputFields } from "./multiple_input.ts";
export { sortableItem, type SortableItemFields } from "./sortable_item.ts";
export { sortableList, type SortableListFields } from "./sortable_list.ts";
export type { ControlTexts } from "./texts.ts";
