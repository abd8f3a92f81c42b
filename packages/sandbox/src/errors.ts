import { SlipwayError } from '@slipway/api';

export function unsupported(driver: string, reason: string): SlipwayError {
  return new SlipwayError('SandboxUnsupported', `driver ${driver}: not on this machine: ${reason}`);
}

export function containerFailed(container: string, reason: string): SlipwayError {
  return new SlipwayError('ContainerFailed', `container "${container}": could not be made: ${reason}`);
}

export function commandNotFound(container: string, reason: string): SlipwayError {
  return new SlipwayError('CommandNotFound', `container "${container}": could not be started: ${reason}`);
}

/** As the operating system says it, so that callers treat pods like any other address. */
export function refused(target: { address: string; port: number }): Error & { code: string } {
  const error = new Error(`connect ECONNREFUSED ${target.address}:${target.port}`);
  return Object.assign(error, { code: 'ECONNREFUSED' });
}

/** What `error` carries as its code, when it carries one. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return String(error.code);
}
