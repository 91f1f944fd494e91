/**
 * The focus when its field was replaced all the same.
 *
 * @module
 */
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Puts the focus into the field that took the place of the one which had it, with what was typed there. */
export function restoreFocus(focused: Element | null): void {
  const before = focused as HTMLInputElement | null;
  if (!before?.id || before.isConnected) return;
  const field = document.getElementById(before.id) as HTMLInputElement | null;
  if (!field) return;
  field.focus({ preventScroll: true });
  if (field.nodeName !== before.nodeName || field.defaultValue !== before.defaultValue) return;
  if (before.value !== undefined && field.value !== before.value) field.value = before.value;
  if (before.selectionStart != null) field.setSelectionRange(before.selectionStart, before.selectionEnd);
}
