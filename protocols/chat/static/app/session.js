import { atom, isTuple, text, tuple } from "./client.js";

const ANSWER_MS = 10_000;

/** A refusal of the server: its code in `code`. */
class Refusal extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/** Sends `{tag, …}` and gives the answer of that tag; throws an error with a `code` when it is refused or does not come. */
async function ask(client, tag, args, timeoutMs = ANSWER_MS) {
  const refused = (answer) => isTuple(answer, "error", 3) && isTuple(answer[2]) && text(answer[2][0]) === tag;
  const answer = await client.request(tuple(atom(tag), ...args), {
    match: (answer) => isTuple(answer, tag) || refused(answer),
    timeoutMs,
  });
  if (isTuple(answer, "error", 3)) throw new Refusal(text(answer[1]));
  return answer;
}

/** The name of this session's user, `""` when nobody is logged in. */
export const whoami = async (client) => text((await ask(client, "whoami", []))[1]) ?? "";

/** Logs this session in under a name, and gives the name as the server took it. */
export const login = async (client, name) => text((await ask(client, "login", [name]))[1]) ?? name;

/** Ends the session; its other connections are told by the server. */
export const logout = (client, timeoutMs) => ask(client, "logout", [], timeoutMs);

/** Forgets the session on this side, for when the server cannot be reached. */
export function forget() {
  document.cookie = "X-Auth-Token=; Path=/; SameSite=Lax; Max-Age=0";
}
