/** Ids that were made, named by the order in which they appear, as the recordings have them. */

/** Gives a function that names the ids in texts of one outcome. */
export function madeIds(): (text: string) => string {
  const ids = new Map<string, string>();
  return (text) =>
    text.replace(/auto-\d+/g, (id) => {
      if (!ids.has(id)) ids.set(id, `<AUTO${ids.size + 1}>`);
      return ids.get(id)!;
    });
}
