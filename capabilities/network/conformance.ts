// What every ingress technology must do, on any engine. Run it with a platform that serves one.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnyObject } from '@slipway/api';
import type { Client } from '@slipway/client';
import { HTTPRoute } from '@slipway/kinds';
import { GATEWAY, INTERNAL_APPS_DOMAIN } from './contract.ts';

/** A platform with one ingress technology and two services that answer with their own name. */
export interface IngressUnderTest {
  /** As an administrator. */
  client: Client;
  /** Where the services are; they listen on port 80 and answer `<name> <path>`. */
  namespace: string;
  services: [string, string];
  appsDomain: string;
  /** A GET over TLS, trusting the platform's authority. */
  get(host: string, path: string): Promise<{ status: number; body: string }>;
}

/** Call it after the platform is up. */
export function ingressConformance(platform: () => IngressUnderTest): void {
  describe('an ingress technology', () => {
    const addRoute = async (name: string, hostnames: string[], rules: unknown[]) => {
      const { client, namespace } = platform();
      const object: AnyObject = {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata: { name, namespace },
        spec: { parentRefs: [GATEWAY], hostnames, rules },
      };
      await client.create(HTTPRoute, object);
    };
    const answers = async (host: string, path: string, expected: RegExp): Promise<void> => {
      let seen = '';
      for (let i = 0; i < 500; i++) {
        const { status, body } = await platform().get(host, path);
        seen = `${status} ${body}`;
        if (expected.test(seen)) return;
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      assert.fail(`${host}${path} never answered ${expected}; last: ${seen}`);
    };

    it('serves a stored hostname below the public domain for apps', async () => {
      const { services, appsDomain } = platform();
      const hostname = `conformance.dev.${INTERNAL_APPS_DOMAIN}`;
      await addRoute('conformance-host', [hostname], [{ backendRefs: [{ name: services[0], port: 80 }] }]);
      await answers(`conformance.dev.${appsDomain}`, '/', new RegExp(`^200 ${services[0]} `));
    });

    it('prefers the longest prefix, by whole path elements', async () => {
      const { services, appsDomain } = platform();
      const host = `paths.${appsDomain}`;
      await addRoute(
        'conformance-paths',
        [host],
        [
          { backendRefs: [{ name: services[0], port: 80 }] },
          {
            matches: [{ path: { type: 'PathPrefix', value: '/api' } }],
            backendRefs: [{ name: services[1], port: 80 }],
          },
        ],
      );
      await answers(host, '/api/x', new RegExp(`^200 ${services[1]} `));
      await answers(host, '/apix', new RegExp(`^200 ${services[0]} `));
    });

    it('answers for a missing service with a page that names it', async () => {
      const { appsDomain } = platform();
      const host = `missing.${appsDomain}`;
      await addRoute(
        'conformance-missing',
        [host],
        [{ backendRefs: [{ name: 'no-such-service', port: 80 }] }],
      );
      await answers(host, '/', /^5\d\d .*no-such-service/s);
    });

    it('refuses what it does not support by a condition that names the field', async () => {
      const { client, namespace, services } = platform();
      const filter = {
        type: 'RequestMirror',
        requestMirror: { backendRef: { name: services[1], port: 80 } },
      };
      const rule = { filters: [filter], backendRefs: [{ name: services[0], port: 80 }] };
      await addRoute('conformance-mirror', [`mirror.${platform().appsDomain}`], [rule]);
      for (let i = 0; i < 500; i++) {
        const route = await client.get(HTTPRoute, { namespace, name: 'conformance-mirror' });
        const parents = (route.status?.parents ?? []) as {
          conditions: { type: string; status: string; message: string }[];
        }[];
        const accepted = parents[0]?.conditions.find(condition => condition.type === 'Accepted');
        if (accepted?.status === 'True') return;
        if (accepted?.status === 'False') return assert.match(accepted.message, /filters/);
        await new Promise(resolve => setTimeout(resolve, 20));
      }
      assert.fail('the route never got a condition');
    });
  });
}
