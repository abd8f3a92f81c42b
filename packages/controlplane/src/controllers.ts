import type { Controller } from '@slipway/runtime';
import { replicaSetController } from './replicaset/reconcile.ts';

export interface ControlplaneOptions {
  /** PEM text of the CA that pods trust the API by; without it no `kube-root-ca.crt` is made. */
  rootCa?: string;
}

/** Everything the control plane reconciles; garbage collection comes with `startControlplane`. */
export function controllers(_options: ControlplaneOptions = {}): Controller[] {
  return [replicaSetController];
}
