/**
 * Topics that a connection may hear.
 *
 * @module
 */
import { N2OError } from "./error.ts";

const MAX_TOPIC = 1024;

/**
 * Checks a topic that a connection is to hear, besides those that it hears already.
 *
 * @throws {N2OError} `bad_topic` for an empty one or one over 1024 characters, `too_many_topics` at the limit.
 */
export function checkTopic(topic: string, heard: ReadonlySet<string> | undefined, maxTopics: number): void {
  if (topic === "" || topic.length > MAX_TOPIC) {
    throw new N2OError("bad_topic", `a topic has 1 to ${MAX_TOPIC} characters`, topic);
  }
  if (heard !== undefined && heard.size >= maxTopics && !heard.has(topic)) {
    throw new N2OError("too_many_topics", `a connection hears ${maxTopics} topics at most`, topic);
  }
}
