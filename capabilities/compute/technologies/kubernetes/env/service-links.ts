import type { Service } from '@slipway/kinds';

/** Variables that name a Service's address and ports, as Docker links did (upstream's pkg/kubelet/envvars). */
export function serviceVariables(services: Service[]): Map<string, string> {
  const variables = new Map<string, string>();
  for (const { metadata, spec } of services) {
    const address = spec?.clusterIP;
    const ports = spec?.ports ?? [];
    const [first] = ports;
    if (!address || address === 'None' || spec?.type === 'ExternalName' || !first) continue;
    const prefix = envName(metadata.name ?? '');
    variables.set(`${prefix}_SERVICE_HOST`, address);
    variables.set(`${prefix}_SERVICE_PORT`, String(first.port));
    for (const { name, port } of ports) {
      if (name) variables.set(`${prefix}_SERVICE_PORT_${envName(name)}`, String(port));
    }
    variables.set(`${prefix}_PORT`, `tcp://${address}:${first.port}`);
    for (const { port, protocol = 'TCP' } of ports) {
      const low = protocol.toLowerCase();
      const link = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
      variables.set(link, `${low}://${address}:${port}`);
      variables.set(`${link}_PROTO`, low);
      variables.set(`${link}_PORT`, String(port));
      variables.set(`${link}_ADDR`, address);
    }
  }
  return variables;
}

function envName(name: string): string {
  return name.replaceAll('-', '_').toUpperCase();
}
