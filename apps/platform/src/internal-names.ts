import { SlipwayError } from '@slipway/api';
import type { Address, Addresses } from '@slipway/definition';

const LOOPBACK = '127.0.0.1';

/**
 * How our own processes reach a name of the platform: internal names and public ones lead to the gateway, the names of
 * the Kubernetes API to its port.
 */
export function resolver(addresses: Addresses, ca: string): (name: string) => Address {
  const { domain, appsDomain, port, apiPort } = addresses;
  return name => {
    if (/^kubernetes(\.default(\.svc(\.cluster\.local)?)?)?$/.test(name)) {
      return { host: LOOPBACK, port: apiPort, serverName: 'kubernetes.default.svc', ca };
    }
    const ours = ['slipway.internal', domain, appsDomain].some(
      suffix => name === suffix || name.endsWith(`.${suffix}`),
    );
    if (!ours)
      throw new SlipwayError('NameUnknown', `name ${JSON.stringify(name)}: not one of this platform's`);
    return { host: LOOPBACK, port, serverName: name, ca };
  };
}
