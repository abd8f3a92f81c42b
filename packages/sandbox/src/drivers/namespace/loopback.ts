import type { Duplex } from 'node:stream';
import type { Log } from '@slipway/api';
import { type Agent, startAgent } from './agent.ts';
import type { Spaces } from './namespaces.ts';
import type { Tools } from './tools.ts';

/** Dials what listens on a pod's own loopback, which nothing outside its network reaches. */
export interface LoopbackDialer {
  dial(port: number): Promise<Duplex>;
  close(): void;
}

/** Few pods are ever asked, so the agent inside one starts with the first question. `spaces`: of the pod, with `net`. */
export function loopbackDialer(options: { tools: Tools; spaces: Spaces; log: Log }): LoopbackDialer {
  let agent: Promise<Agent> | undefined;
  const started = (): Promise<Agent> => {
    agent ??= startAgent({ ...options, accept: socket => socket.destroy() });
    agent.catch(() => {
      agent = undefined;
    });
    return agent;
  };
  return {
    dial: async port => (await started()).dial({ address: '127.0.0.1', port }),
    close: () => void agent?.then(one => one.close()).catch(() => {}),
  };
}
