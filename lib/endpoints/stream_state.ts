/**
 * Where a stream stands.
 *
 * @module
 */

/** It takes and gives. */
export const OPEN = 0;
/** The other end has ended its direction, and what it sent is being answered. */
export const ANSWERING = 1;
/** What is left and a good-bye are being sent. */
export const CLOSING = 2;
/** The sending direction is closed. */
export const SHUT = 3;
/** It is gone. */
export const GONE = 4;
