import { messageOf } from '@slipway/api';
import type { HttpPort, UpstreamProbe } from '@slipway/definition';

const ANSWER_MS = 10_000;

/** Asks as a person's browser would; undefined when the answer is as it should be, else what it was. */
export async function askProbe(
  http: HttpPort,
  { url, status = [200], contains }: UpstreamProbe,
): Promise<string | undefined> {
  try {
    const answer = await http({ url, timeoutMs: ANSWER_MS });
    if (!status.includes(answer.status)) return `status ${answer.status} instead of ${status.join(' or ')}`;
    if (contains && !answer.text.includes(contains))
      return `its answer does not hold ${JSON.stringify(contains)}`;
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
