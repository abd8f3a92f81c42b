import { keyOf } from '@slipway/api';
import { type Client, updateStatus } from '@slipway/client';
import { Platform } from '@slipway/kinds';
import { type Controller, controller, done, retryAfter } from '@slipway/runtime';

/** On the Platform: somebody wants every component asked, and waits for the answer in `status.probe`. */
const ASKED = 'slipway.dev/probe-requested';
const RETRY_MS = 500;

/** Asks every probe once; gives those that did not answer, with what they said. */
export type AskProbes = () => Promise<string[]>;

/** Asks for a round of probes that begins now. `mark` is any text that was not used before. */
export async function requestProbe(client: Client, name: string, mark: string): Promise<void> {
  const body = { metadata: { annotations: { [ASKED]: mark } } };
  await client.patch(Platform, { name }, { type: 'merge', body });
}

/** What the round came to: undefined while it is under way, else what did not answer. */
export async function probeOutcome(
  client: Client,
  name: string,
  mark: string,
): Promise<string[] | undefined> {
  const { status } = await client.get(Platform, { name });
  return status?.probe?.mark === mark ? status.probe.failed : undefined;
}

/** Answers requests; a round in which something failed is repeated until all answer. */
export function probeRequests(ask: AskProbes): Controller {
  return controller<Platform>({
    name: 'platform',
    kind: Platform,
    reconcile: async (platform, { client }) => {
      const mark = platform.metadata.annotations?.[ASKED];
      const { mark: answered, failed: before = [] } = platform.status?.probe ?? {};
      if (mark === undefined || (mark === answered && before.length === 0)) return done;
      const failed = await ask();
      await updateStatus(client, Platform, keyOf(platform), draft => {
        draft.status = { ...draft.status, probe: { mark, failed } };
      });
      return failed.length === 0 ? done : retryAfter(RETRY_MS, 'ProbeFailed', failed.join('; '));
    },
  });
}
