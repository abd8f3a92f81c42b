import type { PackageRequest } from '@slipway/definition';
import { stringifyYaml } from '@slipway/render';
import { type Finding, otherwise, type Setup, taken, without } from './setup.ts';

/** The text of `platform.yaml` for a setup, and what became of its addresses. */
export function definitionOf(
  setup: Setup,
  packages: PackageRequest[],
): { text: string; findings: Finding[] } {
  const wanted = setup.name ?? 'localdev';
  const name = wanted
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  const named = setup.name === undefined ? [] : [taken(`name ${wanted}`, `metadata.name: ${name}`)];
  const { domain, findings } = addressesOf(setup);
  const list = packages.length === 0 ? '' : indented(stringifyYaml({ packages }));
  const text = `# Made of a setup of idpbuilder: import-report.md says what became of each part.
# Look first with "slipway plan -f", then "slipway up -f".
apiVersion: slipway.dev/v1alpha1
kind: Platform
metadata:
  name: ${name}
spec:
  blueprint: golden-path # Argo CD, Gitea and an ingress as idpbuilder has them, and what makes a platform of them
${domain}${list}`;
  return { text, findings: [...named, ...findings] };
}

function indented(text: string): string {
  return text
    .split('\n')
    .map(line => (line === '' ? '' : `  ${line}`))
    .join('\n');
}

function addressesOf({ host, ingressHost, port, protocol, usePathRouting }: Setup): {
  domain: string;
  findings: Finding[];
} {
  const findings: Finding[] = [];
  const isLocal = host !== undefined && /(^|\.)localhost$/.test(host);
  if (host !== undefined)
    findings.push(
      isLocal
        ? taken(`host ${host}`, `spec.domain: ${host}`)
        : without(
            `host ${host}`,
            'on this machine a domain ends in .localhost, which needs no DNS; with spec.target: kubernetes it is spec.domain',
          ),
    );
  if (ingressHost !== undefined && ingressHost !== '' && ingressHost !== host)
    findings.push(without(`ingress host ${ingressHost}`, 'a proxy in front passes the host on as it came'));
  if (port !== undefined) findings.push(otherwise(`port ${port}`, `slipway up --port ${port}`));
  if (protocol === 'http')
    findings.push(
      without('protocol http', 'everything is served with TLS; slipway trust makes this machine trust it'),
    );
  if (protocol === 'https') findings.push(taken('protocol https', 'always so'));
  if (usePathRouting)
    findings.push(without('path routing', 'each tool has a host of its own, for their paths collide'));
  return { domain: isLocal ? `  domain: ${host}\n` : '', findings };
}
