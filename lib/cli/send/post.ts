/**
 * Posts to send by: one request a frame, its answer a frame.
 *
 * @module
 */
import { postTransport } from "../../client/transport_post.ts";
import type { Channel, ChannelEvents, ChannelOptions } from "./channel.ts";
import { tokenIn } from "./greeting.ts";

/** So much of an answer that tells an error is shown, in characters. */
const SHOWN = 200;

/** Opens nothing yet: the first frame is the first request. */
export function openPost(
  url: string,
  { headers, token, timeoutMs }: ChannelOptions,
  events: ChannelEvents,
): Channel {
  let known = token;
  let told = "";
  const transport = postTransport({
    postUrl: url,
    silenceMs: timeoutMs,
    token: () => known,
    keep: (token) => known = token,
    async fetch(url, init) {
      const all = new Headers(init.headers);
      for (const [name, value] of headers) all.set(name, value);
      try {
        const response = await fetch(url, { ...init, headers: all, redirect: "manual" });
        if (!response.ok) told = (await response.clone().text()).trim().slice(0, SHOWN);
        return response;
      } catch (error) {
        events.failed(error);
        throw error;
      }
    },
  }, {
    open() {},
    drain() {},
    frame: (frame) => events.frame(frame),
    close: (code, reason) => events.closed(code, told === "" ? reason : `${reason}: ${told}`),
  });
  return {
    lossy: false,
    live: false,
    buffered: 0,
    write: (frame) => transport.write(frame),
    greeted: (answer) => known = tokenIn(answer) ?? known,
    end: () => new Promise((resolve) => transport.finish(resolve)),
  };
}
