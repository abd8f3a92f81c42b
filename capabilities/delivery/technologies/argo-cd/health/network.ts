import type { AnyObject } from '@slipway/api';
import type { Health } from './types.ts';

function isBalanced(object: AnyObject): boolean {
  const { loadBalancer } = (object.status ?? {}) as { loadBalancer?: { ingress?: unknown[] } };
  return (loadBalancer?.ingress?.length ?? 0) > 0;
}

/** Only a Service of type LoadBalancer has something to wait for. */
export function service(object: AnyObject): Health {
  const { type } = (object.spec ?? {}) as { type?: string };
  return type !== 'LoadBalancer' || isBalanced(object) ? { status: 'Healthy' } : { status: 'Progressing' };
}

export function ingress(object: AnyObject): Health {
  return isBalanced(object) ? { status: 'Healthy' } : { status: 'Progressing' };
}
