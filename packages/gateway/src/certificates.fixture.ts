import { readFileSync } from 'node:fs';
import type { Certificates } from './route.ts';

/** For tests: one self-signed certificate for a few names, which is its own root; none for `*.invalid`. */
export function testCertificates(): { certificates: Certificates; ca: string } {
  const cert = readFileSync(new URL('../testdata/cert.pem', import.meta.url), 'utf8');
  const key = readFileSync(new URL('../testdata/key.pem', import.meta.url), 'utf8');
  const certificates: Certificates = async name => (name.endsWith('.invalid') ? undefined : { cert, key });
  return { certificates, ca: cert };
}
