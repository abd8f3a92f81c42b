// `npm run -s kind-cluster -- <name> [workers] > kind.yaml && kind create cluster --config kind.yaml`: a cluster on a
// machine with Docker, with secure defaults, for trying a platform with `target: { kubernetes: { context: kind-<name> } }`.
import { kindCluster } from '@slipway/compute/technologies/kind';
import { stringifyYaml } from '@slipway/render';

const [name = 'slipway', workers = '0'] = process.argv.slice(2);
process.stdout.write(stringifyYaml(kindCluster({ name, workers: Number(workers) })));
