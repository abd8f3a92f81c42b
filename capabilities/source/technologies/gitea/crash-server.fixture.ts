// A process of its own that serves Git until it is killed. Prints one line of JSON when it is ready.

import { startTestPlatform } from './platform.fixture.ts';
import { restClient } from './rest-client.fixture.ts';

const platform = await startTestPlatform();
const token = await platform.token('ada', ['get', 'list', 'create', 'update', 'delete']);
const rest = restClient(platform, token);
await rest.post('/orgs/default/repos', { name: 'victim', auto_init: true });
rest.close();
const { url, caFile, folder, repositories } = platform;
console.log(JSON.stringify({ url, caFile, folder, repositories, token }));
