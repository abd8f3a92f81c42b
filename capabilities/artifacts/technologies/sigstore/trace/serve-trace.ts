import type { IncomingMessage } from 'node:http';
import { messageOf, SlipwayError, StatusError, type UserInfo } from '@slipway/api';
import { reviewToken } from '@slipway/client';
import type { Ports } from '@slipway/definition';
import type { Handler } from '@slipway/gateway';
import type { Trace } from '@slipway/kinds';
import { type Answer, readerFor } from './reader.ts';

import type { Tracing } from './trace-image.ts';
import { traceOne, tracePod, traceService } from './trace-pod.ts';

const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
const LONGEST_IMAGE = 512;

/**
 * `GET /trace/pods/<namespace>/<pod>`, `/trace/services/<namespace>/<name>` and `/trace/images?image=<name>@<digest>`:
 * `{ traces: Trace[] }`, read with the rights of whoever asks (a bearer token).
 */
export function serveTrace(ports: Ports): Handler {
  return async (request, response) => {
    const send = (status: number, value: object) => {
      const body = JSON.stringify(value);
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(body);
    };
    try {
      const user = await identify(ports, request);
      const traces = await answer({ ports, reader: readerFor(ports, user) }, request.url ?? '/');
      if ('because' in traces) return send(404, new StatusError('NotFound', traces.because).toStatus());
      send(200, { traces: traces.value });
    } catch (error) {
      const failure = failureOf(error);
      if (failure.status >= 500) ports.log.error('a trace failed', { error: messageOf(error) });
      send(failure.status, failure.toStatus());
    }
  };
}

async function identify({ client, clock }: Ports, request: IncomingMessage): Promise<UserInfo> {
  const token = /^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const user = token && (await reviewToken(client, token, { clock }));
  if (user) return user;
  throw new StatusError(
    'Unauthorized',
    'token not valid: send a bearer token (`slipway token create` makes one)',
  );
}

async function answer(tracing: Tracing, text: string): Promise<Answer<Trace[]>> {
  const { pathname, searchParams } = new URL(text, 'https://signing.slipway.internal');
  const [, , what, namespace = '', name = '', ...rest] = pathname.split('/');
  if (what === 'images' && namespace === '') {
    const image = searchParams.get('image') ?? '';
    if (image === '' || image.length > LONGEST_IMAGE)
      throw new StatusError('BadRequest', 'image: a reference is needed');
    return { value: [await traceOne(tracing, image)] };
  }
  const isNamed = NAME.test(namespace) && NAME.test(name) && rest.length === 0;
  if (what === 'pods' && isNamed) return tracePod(tracing, { namespace, name });
  if (what === 'services' && isNamed) return traceService(tracing, { namespace, name });
  return { because: `${pathname} is not served; /trace/pods, /trace/services and /trace/images are` };
}

/** What is wrong with a reference is the caller's; everything else is ours, and only the log says what. */
function failureOf(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  if (error instanceof SlipwayError && error.code === 'ReferenceInvalid')
    return new StatusError('BadRequest', error.message);
  return new StatusError('InternalError', 'the chain could not be read; the platform’s log says why');
}
