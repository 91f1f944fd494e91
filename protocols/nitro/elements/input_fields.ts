/**
 * The fields of inputs of one line.
 *
 * @module
 */
import type { Tuple } from "../../../lib/term.ts";
import type { BodyFields, Flag, PostbackFields, Value } from "../fields.ts";
import type { SubmitterFields } from "./forms.ts";

/** The fields of all inputs. What their body holds stands after them. */
export interface AnyInputFields extends BodyFields {
  /** Whether it is what one is at when the page opens. */
  readonly autofocus?: Flag;
  /** Whether it cannot be changed, nor is sent. */
  readonly disabled?: Flag;
  /** The id of the form that it belongs to. */
  readonly form?: Value;
  /** Its name. */
  readonly name?: Value;
}

/** Fields of inputs with a value; a click sends their postback. */
export interface ValueFields extends AnyInputFields, PostbackFields {
  /** Its value. */
  readonly value?: Value;
}

/** Fields of inputs that browsers can help to fill in. */
export interface ListedFields extends ValueFields {
  /** Whether browsers may fill it in, or with what: `new-password`. */
  readonly autocomplete?: boolean | string;
  /** The id of a `datalist`. */
  readonly list?: Value;
}

/** Fields of inputs that can be read only, or must be filled in. */
export interface FilledFields extends ListedFields {
  /** Whether it cannot be changed. */
  readonly readonly?: Flag;
  /** Whether it must be filled in. */
  readonly required?: Flag;
}

/** Fields of inputs for text. */
export interface TextFields extends FilledFields {
  /** How many characters it takes. */
  readonly maxlength?: Value;
  /** A regular expression for its value. */
  readonly pattern?: Value;
  /** What is seen in it while it is empty. */
  readonly placeholder?: Value;
  /** Its width, in characters. */
  readonly size?: Value;
}

/** Fields of inputs for what has an order. */
export interface RangedFields extends FilledFields {
  /** The greatest value. */
  readonly max?: Value;
  /** The least value. */
  readonly min?: Value;
  /** What lies between two values. */
  readonly step?: Value;
}

/** Fields of {@linkcode search}. */
export interface SearchFields extends TextFields {
  /** The name under which its direction is sent. */
  readonly dirname?: Value;
}

/** Fields of {@linkcode email}. */
export interface EmailFields extends TextFields {
  /** Whether it takes several addresses. */
  readonly multiple?: Flag;
}

/** Fields of {@linkcode number}. */
export interface NumberFields extends RangedFields {
  /** What is seen in it while it is empty. */
  readonly placeholder?: Value;
}

/** Fields of inputs for days: a value, `max` or `min` may be N2O's `{Year, Month, Day}`. */
export interface DateFields extends Omit<RangedFields, "value" | "max" | "min"> {
  /** Its value: `2024-02-29`, or the tuple. */
  readonly value?: Value | Tuple;
  /** The last day. */
  readonly max?: Value | Tuple;
  /** The first day. */
  readonly min?: Value | Tuple;
}

/** Fields of {@linkcode month}. */
export interface MonthFields extends RangedFields {
  /** What stands for it where it is not seen. */
  readonly alt?: Value;
}

/** Fields of {@linkcode range}. */
export interface RangeFields extends ListedFields {
  /** The greatest value. @default 100 */
  readonly max?: Value;
  /** The least value. @default 0 */
  readonly min?: Value;
  /** What lies between two values. @default 1 */
  readonly step?: Value;
}

/** Fields of {@linkcode file}. */
export interface FileFields extends AnyInputFields, PostbackFields {
  /** The types that can be chosen. */
  readonly accept?: Value;
  /** Whether several can be chosen. */
  readonly multiple?: Flag;
  /** Whether one must be chosen. */
  readonly required?: Flag;
}

/** Fields of {@linkcode hidden}. It has no postback: nobody clicks on what is not seen. */
export interface HiddenFields extends AnyInputFields {
  /** Its value. */
  readonly value?: Value;
  /** Its name, when it has no `name`. */
  readonly htmlName?: Value;
}

/** Fields of {@linkcode inputImage}. */
export interface InputImageFields extends AnyInputFields, PostbackFields, SubmitterFields {
  /** What stands for it where it is not seen. */
  readonly alt?: Value;
  /** Its height, in pixels. */
  readonly height?: Value;
  /** The picture's address. */
  readonly src?: Value;
  /** Its width, in pixels. */
  readonly width?: Value;
}
