/** What of a file's information makes its entity tag. */
export interface FileInfo {
  /** When the file was last written. */
  mtime: Date | null;
  /** The file's length in bytes. */
  size: number;
}

/** How an entity tag is made. */
export interface ETagOptions {
  /**
   * The digest.
   *
   * @default {"SHA-256"}
   */
  algorithm?: "SHA-256" | "SHA-384" | "SHA-512";
  /** Whether the tag is weak (`W/"…"`); by default tags of files are, tags of contents are not. */
  weak?: boolean;
}

/** The entity tag of a content; throws nothing. */
export declare function eTag(entity: string | Uint8Array, options?: ETagOptions): Promise<string>;
/** The entity tag of a file by its time and size; `undefined` when the file has no time. */
export declare function eTag(entity: FileInfo, options?: ETagOptions): Promise<string | undefined>;
/** Whether an `If-Match` header lets the request through: a strong comparison. */
export declare function ifMatch(value: string | null | undefined, etag: string | undefined): boolean;
/** Whether an `If-None-Match` header lets the request through: `false` when the client has this entity already. */
export declare function ifNoneMatch(value: string | null | undefined, etag: string | undefined): boolean;
