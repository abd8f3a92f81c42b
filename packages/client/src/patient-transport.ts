import type { ApiRequest, ApiResponse, Transport } from '@slipway/api';

/** As client-go: a server that is busy or starting up says when to come back, and is asked again so many times. */
const MOST_TRIES = 10;
const MOST_SECONDS = 30;

/**
 * Asks again when the server answers 429 or 503 with a time (a CRD's storage that starts, a limit of requests), as it was
 * told to. Whoever sleeps is given, for clocks are ports.
 * @example
 * const client = createClient(patientTransport(nodeTransport(config), systemClock));
 */
export function patientTransport(
  transport: Transport,
  clock: { sleep(ms: number, signal?: AbortSignal): Promise<void> },
): Transport {
  const send = async (request: ApiRequest): Promise<ApiResponse> => {
    for (let tries = 1; ; tries++) {
      const answer = await transport.send(request);
      const seconds = waitOf(answer);
      if (seconds === undefined || tries >= MOST_TRIES) return answer;
      await clock.sleep(Math.min(seconds, MOST_SECONDS) * 1000, request.signal);
    }
  };
  return { send };
}

function waitOf({ status, body }: ApiResponse): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  try {
    const { details } = JSON.parse(body) as { details?: { retryAfterSeconds?: number } };
    return details?.retryAfterSeconds;
  } catch {
    return undefined;
  }
}
