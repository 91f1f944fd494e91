/**
 * Methods and properties of elements.
 *
 * @module
 */
import { plainText } from "../drawing.ts";
import { NitroError } from "../error.ts";
import type { JqFields } from "./jq_fields.ts";
import { operateCall, operateProperty } from "./jq_operations.ts";
import { argumentsScript, rightScript } from "./jq_value.ts";
import { assignScript, memberScript } from "./member_script.ts";
import { namePath } from "./target_script.ts";
import { type ActionFunction, declareAction } from "../parts.ts";

export type { JqFields } from "./jq_fields.ts";
export type { JqArgument } from "./jq_value.ts";

/**
 * Calls methods of elements, or sets a property of them. What is given is put into JavaScript as the value that it is; an argument that is
 * JavaScript is marked by `raw`, and only the original's client runs it.
 *
 * Operations: `{call, Target, Method, Args}`, `{set, Target, Property, Value}`, and those of which a property is another name: `clear` and
 * `insert` for `innerHTML`, `replace` for `outerHTML`, `style`, `redirect` for `location`, `title`. Any other method or property throws
 * `script_in_page` there.
 *
 * Throws `bad_field` for neither or both of method and property, `bad_name` for what is no name, `bad_url` for a location that is not relative,
 * http or https.
 *
 * @example
 * ```ts
 * import { jq, renderActions } from "@n2o/n2o/nitro";
 *
 * const down = jq({ target: "history", property: "scrollTop", right: jq({ target: "history", property: "scrollHeight" }) });
 * const js = renderActions([jq({ target: "message", method: ["focus", "select"] }), down]);
 * if (!js.startsWith("qi('message').focus();qi('message').select();qi('history').scrollTop=")) throw new Error(js);
 * ```
 */
export const jq: ActionFunction<JqFields> = declareAction<JqFields>("jq", (fields, out) => {
  const { target, args = [], format, right } = fields;
  const { property, methods } = wanted(fields);
  if (property === undefined) {
    for (const method of methods) {
      const given = args.length === 0 && format === undefined
        ? ""
        : argumentsScript(method, args, format, out);
      out.js += memberScript(target, `${method}(${given})`);
    }
  } else if (right === undefined || right === null) out.js += memberScript(target, property);
  else out.js += assignScript(target, `${property}=${rightScript(property, right, out)}`);
}, (fields, out) => {
  const { target, args = [], format, right } = fields;
  const { property, methods } = wanted(fields);
  if (property !== undefined) operateProperty(target, property, right, out);
  else for (const method of methods) operateCall(target, method, args, format, out);
});

function wanted(
  { property, method }: JqFields,
): { readonly property?: string; readonly methods: readonly string[] } {
  if (property !== undefined && method === undefined) {
    return { property: namePath(property, "jq: property"), methods: [] };
  }
  if (property === undefined && method !== undefined) {
    const methods = Array.isArray(method) ? method : [method];
    return { methods: methods.map((one) => namePath(one, "jq: method")) };
  }
  throw new NitroError("bad_field", "jq: either method or property", property && plainText(property));
}
