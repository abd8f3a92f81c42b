// A registry in a process of its own; says its port to the parent.
import { startTestRegistry } from '../testbed.ts';

const [folder = ''] = process.argv.slice(2);
const { port } = await startTestRegistry({ folder });
process.send?.(port);
process.on('disconnect', () => process.exit());
