import { keyText, StatusError } from '@slipway/api';
import type { Service } from '@slipway/kinds';
import type { AdmissionCall } from '../http/seams.ts';
import { type AdmissionPlugin, isResource } from './plugin.ts';
import type { ServiceAddresses } from './service-addresses.ts';

type Spec = NonNullable<Service['spec']>;

/** Gives Services their cluster address and node ports, and keeps them over updates that leave them out. */
export function servicePlugin(addresses: ServiceAddresses): AdmissionPlugin {
  return {
    name: 'ServiceAddresses',
    mutate: call => {
      if (!isResource(call, '', 'services') || !call.object) return undefined;
      const service = structuredClone(call.object) as Service;
      const old = (call.oldObject as Service | undefined)?.spec;
      const spec = service.spec ?? {};
      service.spec = spec;
      if (old) keepAddresses(spec, old);
      if (spec.type === 'ExternalName') return { ...service, spec: withoutAddresses(spec) };
      giveAddress(addresses, call, spec);
      if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') givePorts(addresses, call, spec);
      return service;
    },
    validate: call => {
      if (call.operation !== 'UPDATE' || !isResource(call, '', 'services')) return;
      const [spec, old] = [(call.object as Service).spec, (call.oldObject as Service).spec];
      if (!old?.clusterIP || spec?.type === 'ExternalName' || old.type === 'ExternalName') return;
      if (spec?.clusterIP !== old.clusterIP) {
        throw invalid(
          call,
          'spec.clusterIPs[0]',
          `Invalid value: ["${spec?.clusterIP ?? ''}"]: may not change once set`,
        );
      }
    },
  };
}

/** An update made from a manifest has no addresses: those of before stay (registry/core/service `patchAllocatedValues`). */
function keepAddresses(spec: Spec, old: Spec): void {
  const { clusterIP, clusterIPs, ipFamilies, ipFamilyPolicy, ports: oldPorts = [] } = old;
  if (spec.type === 'ExternalName') return;
  if (!spec.clusterIP && clusterIP) Object.assign(spec, { clusterIP, clusterIPs });
  if (!spec.ipFamilies && ipFamilies) spec.ipFamilies = ipFamilies;
  if (!spec.ipFamilyPolicy && ipFamilyPolicy) spec.ipFamilyPolicy = ipFamilyPolicy;
  if (spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') {
    const kept = spec.ports?.map(({ nodePort, ...port }) =>
      oldPorts.some(one => one.nodePort === nodePort) ? port : { ...port, ...(nodePort ? { nodePort } : {}) },
    );
    if (kept) spec.ports = kept;
    return;
  }
  for (const port of spec.ports ?? []) {
    const same = oldPorts.find(
      one => one.port === port.port && (one.protocol ?? 'TCP') === (port.protocol ?? 'TCP'),
    );
    if (!port.nodePort && same?.nodePort) port.nodePort = same.nodePort;
  }
}

function withoutAddresses({
  clusterIP: _ip,
  clusterIPs: _ips,
  ipFamilies: _families,
  ipFamilyPolicy: _policy,
  ...spec
}: Spec): Spec {
  return spec;
}

function giveAddress(addresses: ServiceAddresses, call: AdmissionCall, spec: Spec): void {
  const wanted = spec.clusterIP || spec.clusterIPs?.[0];
  if (wanted && wanted !== 'None') {
    const problem = addresses.claimAddress(wanted, ownerOf(call));
    if (problem)
      throw invalid(
        call,
        'spec.clusterIPs',
        `Invalid value: ["${wanted}"]: failed to allocate IP ${wanted}: ${problem}`,
      );
  }
  // A dry run reserves for seconds only, as any create that fails later.
  spec.clusterIP = wanted ?? addresses.takeAddress();
  spec.clusterIPs = [spec.clusterIP];
  spec.ipFamilies ??= ['IPv4'];
  spec.ipFamilyPolicy ??= 'SingleStack';
}

function givePorts(addresses: ServiceAddresses, call: AdmissionCall, spec: Spec): void {
  for (const [index, port] of (spec.ports ?? []).entries()) {
    const problem = port.nodePort ? addresses.claimPort(port.nodePort, ownerOf(call)) : undefined;
    if (problem)
      throw invalid(call, `spec.ports[${index}].nodePort`, `Invalid value: ${port.nodePort}: ${problem}`);
    port.nodePort ??= addresses.takePort();
  }
}

function ownerOf(call: AdmissionCall): string {
  const name = call.name || (call.object?.metadata.name ?? '');
  return keyText(call.namespace ? { namespace: call.namespace, name } : { name });
}

function invalid(call: AdmissionCall, field: string, message: string): StatusError {
  const name = call.name || (call.object?.metadata.name ?? '');
  return new StatusError('Invalid', `Service "${name}" is invalid: ${field}: ${message}`, {
    name,
    kind: 'Service',
    causes: [{ reason: 'FieldValueInvalid', message, field }],
  });
}
