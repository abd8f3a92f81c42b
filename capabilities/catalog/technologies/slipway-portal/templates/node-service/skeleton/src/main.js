import { readFileSync } from 'node:fs';
import { buildServer } from './server.js';

const { name, version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const port = Number(process.env.PORT ?? 8080);
const server = buildServer({ name, version });

server.listen(port, () => console.log(`${name} ${version} listens on ${port}`));

// The platform sends SIGTERM before it stops a pod: answer what has begun, take nothing new.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
  });
}
