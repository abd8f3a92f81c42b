// A registry in a process of its own, as one is used; everybody may do everything. Says its port to the parent.
import { startTestRegistry } from '../technologies/oci-registry/testbed.ts';

const [folder = ''] = process.argv.slice(2);
const rights = { identify: async () => ({ username: 'bench', groups: [] }), allows: async () => true };
const { port } = await startTestRegistry({ folder, limit: 10 ** 10, rights });
process.send?.(port);
process.on('disconnect', () => process.exit());
