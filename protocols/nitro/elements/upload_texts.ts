/**
 * What an upload says.
 *
 * @module
 */

/** What an upload says; in `missing`, `{name}` is the file's name, in `atMost` `{limit}` is the limit. */
export interface UploadTexts {
  /** Where files are chosen or dropped. @default "Choose files or drop them here" */
  readonly prompt: string;
  /** The same when there is one file only. @default "Choose a file or drop it here" */
  readonly promptOne: string;
  /** State: its turn comes later, or another try does. @default "Waiting" */
  readonly waiting: string;
  /** State: there is no connection. @default "Waiting for the connection" */
  readonly offline: string;
  /** State: stopped by hand. @default "Paused" */
  readonly paused: string;
  /** State: the server has it. @default "Done" */
  readonly done: string;
  /** State: begun before the page was loaded. @default "Choose {name} again to go on" */
  readonly missing: string;
  /** Button. @default "Upload" */
  readonly start: string;
  /** Button. @default "Pause" */
  readonly pause: string;
  /** Button. @default "Resume" */
  readonly resume: string;
  /** Button. @default "Try again" */
  readonly retry: string;
  /** Button: choose a file of before again. @default "Choose" */
  readonly choose: string;
  /** Button: stop, and throw away what has come. @default "Cancel" */
  readonly cancel: string;
  /** Button: take from the list. @default "Remove" */
  readonly remove: string;
  /** What is added to the errors `file_too_big` and `too_many_files`. @default "{limit} at most" */
  readonly atMost: string;
  /** Error of which nothing else is said; its code follows. @default "This file could not be uploaded" */
  readonly failed: string;
  /** What to say of errors, by their codes: `file_too_big`, `type_refused`, and whatever else the server says. */
  readonly errors: Readonly<Record<string, string>>;
}

const ENGLISH: UploadTexts = {
  prompt: "Choose files or drop them here",
  promptOne: "Choose a file or drop it here",
  waiting: "Waiting",
  offline: "Waiting for the connection",
  paused: "Paused",
  done: "Done",
  missing: "Choose {name} again to go on",
  start: "Upload",
  pause: "Pause",
  resume: "Resume",
  retry: "Try again",
  choose: "Choose",
  cancel: "Cancel",
  remove: "Remove",
  atMost: "{limit} at most",
  failed: "This file could not be uploaded",
  errors: {
    file_too_big: "This file is too large",
    too_many_files: "Too many files",
    type_refused: "Files of this type are not accepted",
    bad_name: "Files of this name are not accepted",
    name_taken: "A file of this name is there already",
    quota_exceeded: "There is no room left for your files",
    folder_full: "There is no room left on the server",
    disk_full: "There is no room left on the server",
    unreadable: "This file has changed or cannot be read any more",
    timeout: "The server does not answer",
    logged_out: "You are logged out",
  },
};

/** The texts as the client knows them: by state, by `State_toggle` and `State_cancel` for the buttons, by code for errors. */
export interface ShownTexts {
  readonly prompt: string;
  readonly promptOne: string;
  readonly atMost: string;
  readonly shown: Readonly<Record<string, string>>;
}

/** All texts, of which the page may have given some. */
export function uploadTexts(given: Partial<UploadTexts> = {}): ShownTexts {
  const all = { ...ENGLISH, ...given };
  const { prompt, promptOne, waiting, offline, paused, done, missing, failed, cancel, remove } = all;
  return {
    prompt,
    promptOne,
    atMost: all.atMost,
    shown: {
      ...{ waiting, offline, paused, done, missing, cancel },
      ready_toggle: all.start,
      waiting_toggle: all.pause,
      sending_toggle: all.pause,
      paused_toggle: all.resume,
      missing_toggle: all.choose,
      failed_toggle: all.retry,
      done_cancel: remove,
      failed_cancel: remove,
      other: failed,
      ...ENGLISH.errors,
      ...given.errors,
    },
  };
}

/** A size as people read it: `5 MB`. */
export function sizeText(bytes: number): string {
  let power = 0;
  for (; bytes >= 1000 && power < 3; power++) bytes /= 1000;
  return `${Number(bytes.toPrecision(3))} ${["B", "KB", "MB", "GB"][power]}`;
}
