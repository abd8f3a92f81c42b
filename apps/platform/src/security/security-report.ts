import { join } from 'node:path';
import type { Clock } from '@slipway/api';
import { type SecurityFinding, SecurityReport, securityReportDefinition } from '@slipway/kinds';
import type { Machine } from '../machine.ts';
import { ask, type Check } from './check.ts';
import { anonymousDoors, type Door, sessionCookie } from './doors.ts';
import { secretFiles } from './files.ts';
import { podGuarantees } from './guarantees.ts';
import { auditChain, components, signing } from './integrity.ts';
import { listeners } from './listeners.ts';
import { wideRights } from './rights.ts';
import { secretsInGit } from './secrets-in-git.ts';
import { endlessTokens } from './tokens.ts';
import { certificateLife, tlsVersions } from './transport.ts';

export interface ReportOptions {
  machine: Machine;
  data: string;
  keysFolder: string;
  adminToken: string;
  clock: Clock;
}

/**
 * Serves SecurityReport: who creates one has every check made now, and gets what was found. One runs at a time, and
 * who asks meanwhile gets that one.
 */
export function serveSecurityReport(options: ReportOptions): void {
  const { server } = options.machine.controlPlane.kube;
  const { group, plural: resource } = SecurityReport;
  let running: Promise<SecurityFinding[]> | undefined;
  server.registry.addComputed(securityReportDefinition, ['create']);
  server.addVirtual({
    group,
    resource,
    create: async ({ object }) => {
      running ??= lookAtAll(options).finally(() => {
        running = undefined;
      });
      const findings = await running;
      const healthy = findings.every(({ result }) => result !== 'bad');
      return { ...object, status: { healthy, findings } };
    },
  });
}

function lookAtAll(options: ReportOptions): Promise<SecurityFinding[]> {
  return Promise.all(checksOf(options).map(check => ask(check, options.clock)));
}

/** Every secure default, in the order in which people read them. */
function checksOf({ machine, data, keysFolder, adminToken, clock }: ReportOptions): Check[] {
  const { addresses, controlPlane, sandbox, id, ports } = machine;
  const { client, kube, authority } = controlPlane;
  const ca = authority.caPem;
  const door = (label: string): Door => ({
    host: new URL(addresses.url(label)).hostname,
    port: addresses.port,
    ca,
  });
  const api = { host: 'localhost', port: addresses.apiPort, ca };
  const portal = door('');
  const doors = { api, portal, registry: door('registry'), git: door('git'), signing: door('signing') };
  return [
    listeners(process.pid),
    tlsVersions('gateway', portal),
    tlsVersions('API', api),
    certificateLife('gateway', portal, clock),
    certificateLife('API', api, clock),
    ...anonymousDoors(doors),
    sessionCookie(portal),
    ...wideRights(client),
    endlessTokens(client, clock),
    ...secretFiles({ data, keyFile: join(keysFolder, id), adminToken }),
    ...podGuarantees(sandbox),
    secretsInGit({ client, resolve: ports.resolve, password: adminToken }),
    signing(client),
    auditChain(kube.server),
    components(client),
  ];
}
