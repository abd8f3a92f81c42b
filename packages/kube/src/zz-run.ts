import { readFileSync, writeFileSync } from 'node:fs';
import { startKube } from './start-kube.ts';

const log = {
  debug() {},
  info() {},
  warn: console.error,
  error: console.error,
  with() {
    return log;
  },
} as never;
const t0 = performance.now();
const kube = await startKube({
  listen: {
    cert: readFileSync('/tmp/kb/cert.pem', 'utf8'),
    key: readFileSync('/tmp/kb/key.pem', 'utf8'),
    port: Number(process.env.PORT ?? 0),
  },
  log,
  ...(process.env.DATA ? { dataDir: process.env.DATA } : {}),
  ...(process.env.NOCTL ? { controllers: false } : {}),
});
writeFileSync('/tmp/kb/kubeconfig', kube.kubeconfig());
writeFileSync('/tmp/kb/token', JSON.parse(kube.kubeconfig()).users[0].user.token);
console.log('ready', kube.url, process.pid, performance.now() - t0, process.memoryUsage().rss / 1e6);
process.on('SIGTERM', async () => {
  await kube.stop();
  process.exit(0);
});
