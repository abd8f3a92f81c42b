import { refused } from './errors.ts';
import type { PodOptions, PodSandbox, Sandbox } from './sandbox.ts';

/** The pods of a driver that stand now, each reached at its own address. */
export interface OpenPods extends Pick<Sandbox, 'pod' | 'dial'> {
  standing(): PodSandbox[];
  /** Stops every one, whatever becomes of the others. */
  stop(): Promise<void>;
}

/** Keeps what `open` opens until it is stopped. */
export function openPods(open: (options: PodOptions) => Promise<PodSandbox>): OpenPods {
  const pods = new Map<string, PodSandbox>();
  return {
    pod: async options => {
      const opened = await open(options);
      pods.set(options.address, opened);
      const stop = async () => {
        pods.delete(options.address);
        await opened.stop();
      };
      return { ...opened, stop };
    },
    dial: async target => {
      const pod = pods.get(target.address);
      if (!pod) throw refused(target);
      return pod.dial(target.port);
    },
    standing: () => [...pods.values()],
    stop: async () => {
      await Promise.allSettled([...pods.values()].map(pod => pod.stop()));
    },
  };
}
