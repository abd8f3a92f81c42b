import { matchesLabels, requirementsOf, type Stored } from '@slipway/api';
import { INTERNAL_APPS_DOMAIN } from '../../../contract.ts';
import { isListenerAccepted } from '../gateway/listener.ts';
import {
  type Gateway,
  GROUP,
  type HttpRoute,
  type Listener,
  type ParentReference,
} from '../table/upstream.ts';
import type { World } from '../table/world.ts';

export interface Attachment {
  listeners: string[];
  hostnames: string[];
  refused?: { reason: string; message: string };
}

/** How a route is attached to a parent; undefined when the parent is none of ours. */
export function attachmentOf(
  route: Stored<HttpRoute>,
  parent: ParentReference,
  world: World,
): Attachment | undefined {
  if ((parent.group ?? GROUP) !== GROUP || (parent.kind ?? 'Gateway') !== 'Gateway') return undefined;
  const namespace = parent.namespace ?? route.metadata.namespace ?? '';
  const gateway = world.gateway({ namespace, name: parent.name });
  if (!gateway) return undefined;
  const named = gateway.spec.listeners.filter(
    listener =>
      (parent.sectionName === undefined || listener.name === parent.sectionName) &&
      (parent.port === undefined || listener.port === parent.port) &&
      isListenerAccepted(listener, world),
  );
  if (named.length === 0) {
    return refuse(
      'NoMatchingParent',
      `parentRefs: Gateway "${namespace}/${parent.name}" has no such listener that is accepted`,
    );
  }
  const allowed = named.filter(listener => isAllowed(route, gateway, listener, world));
  if (allowed.length === 0) {
    return refuse(
      'NotAllowedByListeners',
      `namespace "${route.metadata.namespace}" may not attach routes to Gateway "${namespace}/${parent.name}"`,
    );
  }
  const fitting = allowed.map(listener => ({ listener, hostnames: hostnamesOf(route, listener) }));
  const attached = fitting.filter(({ hostnames }) => hostnames.length > 0);
  if (attached.length === 0) {
    return refuse(
      'NoMatchingListenerHostname',
      'hostnames: no listener of the Gateway has a matching hostname',
    );
  }
  const hostnames = attached.flatMap(each => each.hostnames);
  return {
    listeners: attached.map(({ listener }) => listener.name),
    hostnames: [...new Set(hostnames.flatMap(hostname => withAlias(hostname, world.appsDomain)))],
  };
}

function refuse(reason: string, message: string): Attachment {
  return { listeners: [], hostnames: [], refused: { reason, message } };
}

function isAllowed(
  route: Stored<HttpRoute>,
  gateway: Stored<Gateway>,
  listener: Listener,
  world: World,
): boolean {
  const kinds = listener.allowedRoutes?.kinds;
  if (kinds?.length && !kinds.some(kind => kind.kind === 'HTTPRoute' && (kind.group ?? GROUP) === GROUP))
    return false;
  const { from = 'Same', selector } = listener.allowedRoutes?.namespaces ?? {};
  const namespace = route.metadata.namespace ?? '';
  if (from === 'All') return true;
  if (from === 'Same') return namespace === gateway.metadata.namespace;
  if (from === 'Selector')
    return matchesLabels(requirementsOf(selector ?? {}), world.namespaceLabels(namespace));
  return false;
}

/** Hostnames that route and listener share; `''` stands for any. */
export function hostnamesOf(
  route: { spec: { hostnames?: string[] } },
  listener: Pick<Listener, 'hostname'>,
): string[] {
  const own = (route.spec.hostnames ?? []).map(hostname => hostname.toLowerCase());
  const limit = listener.hostname?.toLowerCase() ?? '';
  if (own.length === 0) return [limit];
  return own.flatMap(hostname => intersection(hostname, limit) ?? []);
}

function intersection(a: string, b: string): string | undefined {
  if (b === '' || a === b) return a;
  if (a.startsWith('*.') && b.endsWith(a.slice(1))) return b;
  if (b.startsWith('*.') && a.endsWith(b.slice(1))) return a;
  return undefined;
}

/** Stored names of services are reached below the platform's public domain for them too. */
export function withAlias(hostname: string, appsDomain: string): string[] {
  const suffix = `.${INTERNAL_APPS_DOMAIN}`;
  return hostname.endsWith(suffix)
    ? [hostname, `${hostname.slice(0, -suffix.length)}.${appsDomain}`]
    : [hostname];
}
