// For tests: an authority in a temporary folder, with a key that only hides.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type Folder, type KeyProvider, systemClock, systemRandom } from '@slipway/api';
import { type Authority, openAuthority } from '../../../contract.ts';

const flip = (bytes: Uint8Array) => bytes.map(byte => byte ^ 0x5a);

/** Seals by flipping bits: enough to see that nothing lies about in the clear. */
export const testKeys: KeyProvider = {
  keyId: 'test',
  encrypt: async plain => ({ keyId: 'test', data: flip(plain) }),
  decrypt: async sealed => flip(sealed.data),
  derive: async purpose => Buffer.alloc(32, purpose),
};

export async function temporaryFolder(): Promise<Folder & { remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'slipway-certificates-'));
  const folder = {
    path,
    folder: async () => folder,
    remove: () => rm(path, { recursive: true, force: true }),
  };
  return folder;
}

export function authorityIn(folder: Folder, clock: Clock = systemClock): Promise<Authority> {
  return openAuthority({ folder, keys: testKeys, clock, random: systemRandom, commonName: 'Test CA' });
}
