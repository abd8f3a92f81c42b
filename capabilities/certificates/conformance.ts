// What every certificates technology must do, on any engine. Run it with a platform that serves one.
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import type { AnyObject, Stored } from '@slipway/api';
import { type Client, mutate } from '@slipway/client';
import { Certificate, Secret } from '@slipway/kinds';

/** A platform with one certificates technology and an issuer that can sign. */
export interface CertificatesUnderTest {
  /** As an administrator. */
  client: Client;
  namespace: string;
  /** `spec.issuerRef` of the Certificates to make. */
  issuerRef: { name: string; kind: 'Issuer' | 'ClusterIssuer' };
}

/** Resolves when `find` finds something; fails after 10 s. */
async function eventually<T>(find: () => Promise<T | undefined>, what: string): Promise<T> {
  for (let i = 0; i < 500; i++) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  assert.fail(`never so: ${what}`);
}

interface Condition {
  type: string;
  status: string;
  message: string;
}

function conditions(object: Stored<AnyObject>): Condition[] {
  return (object.status?.conditions ?? []) as Condition[];
}

/** Call it after the platform is up. */
export function certificatesConformance(platform: () => CertificatesUnderTest): void {
  describe('a certificates technology', () => {
    const make = async (name: string, spec: Record<string, unknown>) => {
      const { client, namespace, issuerRef } = platform();
      await client.create(Certificate, {
        apiVersion: 'cert-manager.io/v1',
        kind: 'Certificate',
        metadata: { name, namespace },
        spec: { secretName: name, issuerRef, ...spec },
      });
    };
    const leafFor = (name: string, host: string) =>
      eventually(async () => {
        const { client, namespace } = platform();
        const certificate = await client.get(Certificate, { namespace, name });
        const isReady = conditions(certificate).some(each => each.type === 'Ready' && each.status === 'True');
        const secret = isReady ? await client.find(Secret, { namespace, name }) : undefined;
        const text = (key: string) => Buffer.from(secret?.data?.[key] ?? '', 'base64').toString('utf8');
        const leaf = secret && new X509Certificate(text('tls.crt'));
        return leaf?.checkHost(host) ? { leaf, key: text('tls.key'), ca: text('ca.crt') } : undefined;
      }, `Certificate "${name}" is ready for "${host}"`);

    it('puts a certificate that its issuer signed, and its key, into the Secret', async () => {
      await make('conformance-leaf', { dnsNames: ['leaf.example'] });
      const { leaf, key, ca } = await leafFor('conformance-leaf', 'leaf.example');
      assert.ok(leaf.checkPrivateKey(createPrivateKey(key)));
      assert.ok(leaf.verify(new X509Certificate(ca).publicKey), 'ca.crt verifies it');
    });

    it('issues anew when the names change', async () => {
      const { client, namespace } = platform();
      await make('conformance-change', { dnsNames: ['before.example'] });
      await leafFor('conformance-change', 'before.example');
      await mutate(client, Certificate, { namespace, name: 'conformance-change' }, draft => {
        draft.spec = { ...draft.spec, dnsNames: ['after.example'] };
      });
      await leafFor('conformance-change', 'after.example');
    });

    it('says by a condition when an issuer is missing', async () => {
      const { client, namespace } = platform();
      await make('conformance-wait', {
        dnsNames: ['x'],
        issuerRef: { name: 'no-such-issuer', kind: 'Issuer' },
      });
      await eventually(async () => {
        const certificate = await client.get(Certificate, { namespace, name: 'conformance-wait' });
        return conditions(certificate).find(each => each.type === 'Ready' && each.status === 'False');
      }, 'Ready is False');
    });
  });
}
