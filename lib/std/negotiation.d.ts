/**
 * The first of the given encodings that the request's `Accept-Encoding` likes best, `undefined` when it takes none of
 * them. Beware: a request without the header gets the first one given.
 */
export declare function acceptsEncodings(
  request: { headers: Headers },
  ...encodings: string[]
): string | undefined;
