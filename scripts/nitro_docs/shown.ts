/**
 * How examples are shown: their own text, and what they come to in both ways to the browser.
 *
 * @module
 */
import { format, type Term } from "@n2o/n2o";
import {
  type Action,
  type Element,
  NitroError,
  render,
  renderActions,
  renderOperations,
} from "@n2o/n2o/nitro";

/** What an example comes to. */
export interface Outcome {
  readonly html: string;
  readonly html2: string;
  readonly script: string;
  readonly operations: string;
}

/** What stands where an event is sealed. */
const pickle = () => "PICKLE";

/** What an element comes to. */
export function outcomeOf(element: Element): Outcome {
  const first = render(element, { mode: "script", pickle });
  const second = render(element, { mode: "operations", pickle });
  return {
    html: first.html,
    html2: second.html,
    script: first.actions,
    operations: listed(second.operations),
  };
}

/** What an action comes to. */
export function outcomeOfAction(action: Action): Outcome {
  return {
    html: "",
    html2: "",
    // a cookie's end is counted from now
    script: renderActions(action, { pickle }).replace(
      /expires=[^;"]*GMT/,
      "expires=Thu, 01 Jan 2026 00:00:00 GMT",
    ),
    operations: withoutScript(() => listed(renderOperations(action, { pickle }))),
  };
}

/** What is JavaScript by nature has no operations. */
function withoutScript(make: () => string): string {
  try {
    return make();
  } catch (error) {
    if (error instanceof NitroError && error.code === "script_in_page") {
      return `% ${error.code}: ${error.message}`;
    }
    throw error;
  }
}

function listed(operations: readonly Term[]): string {
  return operations.map((operation) => format(operation)).join(",\n");
}

/** The texts of a file's examples: what stands after `name: () =>` at two spaces. */
export function textsOf(source: string): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (
    const [, name, text] of source.matchAll(/^ {2}(\w+): \(\) =>\s+([\s\S]*?),\n(?=\n| {2}\w+: \(\)|\};)/gm)
  ) {
    texts.set(name, text.replaceAll(/\n {4}/g, "\n"));
  }
  return texts;
}

const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|keygen|command)$/;
const SHORT = 100;

/** HTML as people like to read it: tags under each other where a line would become long. */
export function indented(html: string): string {
  if (html.length <= SHORT) return html;
  const lines: string[] = [];
  let depth = 0;
  for (const [part, closing, tag, selfClosing] of html.matchAll(/<(\/?)([\w-]+)[^>]*?(\/?)>|[^<]+/g)) {
    if (tag === undefined) lines[lines.length - 1] += part;
    else if (closing === "/" && VOID.test(tag)) lines[lines.length - 1] += part;
    else if (closing === "/") {
      depth--;
      const last = lines[lines.length - 1];
      if (last.trimStart().startsWith(`<${tag}`) && !last.includes("</")) lines[lines.length - 1] += part;
      else lines.push(" ".repeat(depth * 2) + part);
    } else {
      lines.push(" ".repeat(depth * 2) + part);
      if (selfClosing !== "/" && !VOID.test(tag)) depth++;
    }
  }
  return lines.join("\n");
}
