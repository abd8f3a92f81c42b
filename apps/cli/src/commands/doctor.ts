import { lookup } from 'node:dns/promises';
import { diagnose, readConfig } from '@slipway/platform';
import { diagnoseCluster } from '../cluster/doctor.ts';
import { clusterSelection, withCluster } from '../cluster/with-cluster.ts';
import type { GlobalOptions } from '../global-options.ts';
import { columns, EXIT, mark, print } from '../output.ts';

interface Options extends GlobalOptions {
  file?: string;
}

/** Checks what Slipway and its clients need of this machine, or of the cluster a definition names; says what to do. */
export async function run(options: Options): Promise<number> {
  const given = await clusterSelection(options.file);
  if (given)
    return withCluster(given.selection, given.file, cluster => diagnoseCluster(cluster, options.output));
  const findings = [...(await diagnose(readConfig(options.data))), await nameFinding()];
  print(options.output, findings, () =>
    columns([
      ['CHECK', 'STATE', 'FOUND', 'WHAT TO DO'],
      ...findings.map(each => [each.check, mark(each.ok), each.found, each.ok ? '' : each.advice]),
    ]),
  );
  return findings.every(finding => finding.ok || finding.optional) ? EXIT.done : EXIT.unhealthy;
}

async function nameFinding() {
  const address = await lookup('git.slipway.localhost').catch(() => undefined);
  return {
    check: 'names under .localhost',
    ok: address !== undefined,
    optional: true,
    found: address ? `resolve to ${address.address}` : 'the system resolver does not know them',
    advice: 'browsers, curl and git resolve them anyway; for other programs add the names to /etc/hosts',
  };
}
