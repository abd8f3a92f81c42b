import type { Handler } from '@slipway/gateway';
import type { VerifyingKey } from '../../signing/platform-key.ts';

/**
 * The public keys, for anybody: `/cosign.pub` is the one that signs now, `/keys/<name>.pub` one by name, `/keys` lists
 * all, the present one first.
 */
export function serveKeys(keys: () => Promise<VerifyingKey[]>): Handler {
  return async (request, response) => {
    const send = (status: number, type: string, body: string) => {
      const length = Buffer.byteLength(body);
      response.writeHead(status, {
        'content-type': type,
        'content-length': length,
        'cache-control': 'no-cache',
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return send(405, 'text/plain', 'only GET and HEAD are served\n');
    }
    const all = await keys();
    const [path = '/'] = (request.url ?? '/').split('?');
    if (path === '/keys') {
      const listed = all.map(({ name, id, pem }) => ({ name, keyId: id, publicKey: pem }));
      return send(200, 'application/json', `${JSON.stringify({ keys: listed })}\n`);
    }
    const name = path === '/cosign.pub' ? all[0]?.name : /^\/keys\/([^/]+)\.pub$/.exec(path)?.[1];
    const key = all.find(each => each.name === name);
    if (key) return send(200, 'application/x-pem-file', key.pem);
    send(404, 'text/plain', 'no such key; /cosign.pub, /keys and /keys/<name>.pub are served\n');
  };
}
