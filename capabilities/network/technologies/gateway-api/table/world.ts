import type { Key, Stored } from '@slipway/api';
import type { Service } from '@slipway/kinds';
import type { Gateway, IngressClass } from './upstream.ts';

/** What plans look things up in. */
export interface World {
  /** Ports that the platform listens on, or stands for. */
  ports: ReadonlySet<number>;
  appsDomain: string;
  /** A Gateway of our class; undefined for others' and missing ones. */
  gateway(key: Key): Stored<Gateway> | undefined;
  service(key: Key): Stored<Service> | undefined;
  namespaceLabels(name: string): Record<string, string>;
  /** Whether a ReferenceGrant lets a route of `from` name this object in another namespace. */
  isGranted(
    from: { group: string; kind: string; namespace: string },
    to: { group: string; kind: string } & Key,
  ): boolean;
  ingressClass(name: string): Stored<IngressClass> | undefined;
}
