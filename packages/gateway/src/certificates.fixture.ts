import { selfSigned } from '../../../test/self-signed.ts';
import type { Certificates } from './route.ts';

const NAMES = [
  'a.test',
  'bad.test',
  'x.y.test',
  'test',
  'other.example',
  'none.example',
  'portal.example',
  'id.example',
  'localhost',
];

/** For tests: one self-signed certificate for a few names, which is its own root; none for `*.invalid`. */
export async function testCertificates(): Promise<{ certificates: Certificates; ca: string }> {
  const { cert, key } = await selfSigned({ names: NAMES, addresses: ['127.0.0.1'] });
  const certificates: Certificates = async name => (name.endsWith('.invalid') ? undefined : { cert, key });
  return { certificates, ca: cert };
}
