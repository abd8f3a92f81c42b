import { BlockList, isIP } from 'node:net';
import type { ObjectMeta } from '@slipway/api';
import { EGRESS_ANNOTATION } from '../../../contract.ts';

/** Whether a pod may leave the platform, and if not, what would have to change. */
export function egressOf(
  pod: ObjectMeta,
  namespace: ObjectMeta | undefined,
): { allowed: boolean; reason: string } {
  if (pod.annotations?.[EGRESS_ANNOTATION] !== 'allow') {
    return { allowed: false, reason: `the pod is not annotated ${EGRESS_ANNOTATION}: allow` };
  }
  if (namespace?.annotations?.[EGRESS_ANNOTATION] !== 'allow') {
    return { allowed: false, reason: `its namespace is not annotated ${EGRESS_ANNOTATION}: allow` };
  }
  return { allowed: true, reason: '' };
}

/** The machine itself and its surroundings: never for pods, whatever name leads there (cloud metadata, our own ports). */
const NEVER = new BlockList();
NEVER.addSubnet('0.0.0.0', 8, 'ipv4');
NEVER.addSubnet('127.0.0.0', 8, 'ipv4');
NEVER.addSubnet('169.254.0.0', 16, 'ipv4');
NEVER.addSubnet('224.0.0.0', 3, 'ipv4');
NEVER.addAddress('::', 'ipv6');
NEVER.addAddress('::1', 'ipv6');
NEVER.addSubnet('fe80::', 10, 'ipv6');
NEVER.addSubnet('ff00::', 8, 'ipv6');

export function isForbiddenAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return true;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return isForbiddenAddress(mapped);
  return NEVER.check(address, family === 4 ? 'ipv4' : 'ipv6');
}
