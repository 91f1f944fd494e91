/**
 * Hostile clients in a thread of their own, so that they do not stand in the way of whoever measures.
 *
 * @module
 */
import { abuses, usual } from "./abuses.ts";

/** What to do, and where. */
export interface Attack {
  readonly name: string;
  readonly webPort: number;
  readonly tcpPort: number;
  readonly ms: number;
}

const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<Attack>) => void;
  postMessage(times: number): void;
};

scope.onmessage = async ({ data: { name, webPort, tcpPort, ms } }) => {
  const { clients, run } = [usual, ...abuses].find((abuse) => abuse.name === name)!;
  const end = performance.now() + ms;
  const over = () => performance.now() > end;
  let times = 0;
  const client = async () => {
    while (!over()) {
      times++;
      await run({ webPort, tcpPort, over }).catch(() => new Promise((resolve) => setTimeout(resolve, 20)));
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  scope.postMessage(times);
};
