import { lookup } from 'node:dns/promises';
import { diagnose, readConfig } from '@slipway/platform';
import type { GlobalOptions } from '../global-options.ts';
import { columns, EXIT, mark, print } from '../output.ts';

/** Checks what Slipway and its clients need of this machine; each finding says what to do. */
export async function run(options: GlobalOptions): Promise<number> {
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
