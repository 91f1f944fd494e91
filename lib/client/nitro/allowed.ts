/**
 * What operations may call and set of a page's elements: nothing that runs code or brings in HTML.
 *
 * @module
 */

/** Methods that `{call, Target, Method, Args}` may call. */
export const METHODS =
  /^(focus|select|blur|click|reset|requestSubmit|scrollIntoView|scrollTo|scrollBy|setSelectionRange|showModal|show|close|showPopover|hidePopover|play|pause|load|classList\.(add|remove|toggle))$/;

/** Properties that `{set, Target, Property, Value}` may set. */
export const PROPERTIES =
  /^(value|checked|indeterminate|disabled|required|selected|selectedIndex|hidden|readOnly|scrollTop|scrollLeft|textContent|title|open|placeholder|min|max|muted|volume|currentTime)$/;
