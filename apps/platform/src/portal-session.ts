import type { Clock, Log, Random } from '@slipway/api';
import { createPortalSession, type PortalSession, type Route, type Upstream } from '@slipway/gateway';
import { portalClient } from '@slipway/identity/contract';
import type { Machine } from './machine.ts';

/**
 * Puts the session filter before the portal's pages: sign-in by OIDC, `/k8s/*` and `/apis-of/<technology>/*` with the
 * signed-in person's rights.
 */
export async function guardPortal(
  pages: Route,
  machine: Machine,
  {
    clock,
    random,
    log,
    realm,
    hosts,
  }: { clock: Clock; random: Random; log: Log; realm: string; hosts: Map<string, string> },
): Promise<{ route: Route; session: PortalSession }> {
  const { addresses, controlPlane, ports } = machine;
  const portalUrl = addresses.url('');
  const at = (name: string): Upstream => ports.resolve(name);
  const session = createPortalSession({
    ...(await portalClient({ client: controlPlane.client, random, portalUrl })),
    issuer: `${addresses.url('id')}/realms/${realm}`,
    portalUrl,
    key: await ports.keys.derive('portal/session'),
    clock,
    random,
    log,
    upstream: () => at(`id.${addresses.domain}`),
    kubernetes: () => at('kubernetes.default.svc'),
    apiOf: technology => {
      const host = hosts.get(technology);
      return host === undefined ? undefined : at(`${host}.${addresses.domain}`);
    },
    pages: pages.handler,
  });
  return { session, route: { ...pages, handler: session.handler, upgrade: session.upgrade } };
}
