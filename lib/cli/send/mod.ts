/**
 * `n2o send`: talks to an endpoint from a terminal or a pipe.
 *
 * @module
 */
import type { Command } from "../command.ts";
import { ProblemsError, WRONG_USAGE } from "../exit.ts";
import { readOptions, sendFlags } from "./options.ts";
import { converse } from "./session.ts";

/** The command. */
export const send: Command = {
  usage: "n2o send URL [TERM…] [flags]",
  about:
    `Connects, sends each TERM as a message, prints a line for each frame that comes, and ends when there are as many answers as
messages. Without a TERM it reads messages from stdin, one a line.

URL   ws://HOST:PORT/PATH, wss:, http: or https: (posts), tcp://HOST:PORT, tls:, udp: or unix:PATH;
      without a path, ws://HOST:PORT means /ws/
TERM  in Erlang's syntax: '{echo, <<"hi">>}'; text "PING" is a text frame, binary <<1,2>> a binary frame of these bytes.
      Frames are printed in the same way.`,
  flags: sendFlags,
  arguments: Infinity,
  async run(line) {
    const options = readOptions(line);
    if (!("target" in options)) throw new ProblemsError(options, WRONG_USAGE);
    const [url, ...messages] = line.rest;
    return await converse(url, options, messages);
  },
};
