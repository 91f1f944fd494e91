/**
 * The errors that this library throws at its borders.
 *
 * @module
 */

/**
 * An error with a stable code, and the value that offended.
 *
 * The message is for the people who run the server; only the code may reach a client.
 *
 * @example
 * ```ts
 * import { N2OError } from "@n2o/n2o";
 *
 * const error = new N2OError("port_taken", "port 8001 is taken", 8001);
 * if (error.code !== "port_taken") throw error;
 * ```
 */
export class N2OError extends Error {
  /** What went wrong, in `snake_case`; stable across versions. */
  readonly code: string;
  /** The offending value, when there is one. */
  readonly value: unknown;

  /** Makes an error with its code, a message for the operator, and the offending value. */
  constructor(code: string, message: string, value?: unknown, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
    this.value = value;
  }
}
