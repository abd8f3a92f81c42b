import { type Key, type LogOptions, StatusError } from '@slipway/api';
import { type Exchange, targetOf } from './exchange.ts';
import { keyFor } from './read.ts';
import { notFound } from './refusals.ts';
import { isTrue } from './route.ts';

/** The addressed pod as the node knows it, and who connects to it. @throws StatusError NotFound, ServiceUnavailable */
export function podOf(exchange: Exchange): { key: Key; containers: string[] } {
  const target = targetOf(exchange);
  const name = target.name ?? '';
  const entry = exchange.parts.store.get('/pods', keyFor(target, name));
  if (!entry) throw notFound(target.info, name);
  const pod = JSON.parse(entry.text) as { spec?: { containers?: { name: string }[] } };
  const containers = (pod.spec?.containers ?? []).map(container => container.name);
  return { key: { namespace: target.namespace ?? '', name }, containers };
}

export function connectorOf(exchange: Exchange) {
  const { nodeConnector } = exchange.parts;
  if (nodeConnector) return nodeConnector;
  throw new StatusError('ServiceUnavailable', 'no node runs pods here: logs, exec and port-forward need one');
}

/** `pods/log`: text as the container wrote it. */
export function readLog(exchange: Exchange): void {
  const connector = connectorOf(exchange);
  const { key, containers } = podOf(exchange);
  const options = logOptions(exchange, key, containers);
  // Asked now: what the node refuses is still an answer of its own, with its status.
  const log = connector.logs(key, options, exchange.incoming.signal);
  exchange.answer = {
    status: 200,
    contentType: 'text/plain',
    body: '',
    stream: async sink => {
      const decoder = new TextDecoder();
      for await (const chunk of log) {
        await sink.write(decoder.decode(chunk, { stream: true }));
      }
    },
  };
}

function logOptions(exchange: Exchange, pod: Key, containers: string[]): LogOptions {
  const { query } = exchange.incoming;
  const container = query.get('container') || (containers.length === 1 ? containers[0] : undefined);
  if (container === undefined) {
    const choice = containers.join(' ');
    throw new StatusError(
      'BadRequest',
      `a container name must be specified for pod ${pod.name}, choose one of: [${choice}]`,
    );
  }
  return {
    container,
    follow: isTrue(query.get('follow')),
    previous: isTrue(query.get('previous')),
    timestamps: isTrue(query.get('timestamps')),
    ...number(query, 'tailLines'),
    ...number(query, 'sinceSeconds'),
    ...number(query, 'limitBytes'),
  };
}

function number<N extends string>(query: URLSearchParams, name: N): { [name in N]?: number } {
  const text = query.get(name);
  if (text === null || text === '') return {};
  if (!/^\d+$/.test(text))
    throw new StatusError('BadRequest', `${name}: Invalid value: "${text}": must be a number`);
  return { [name]: Number(text) } as { [name in N]?: number };
}
