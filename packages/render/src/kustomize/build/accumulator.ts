import { emptyConfig, mergeConfigs, type TransformerConfig } from '../config/transformer-config.ts';
import { ResourceSet } from '../resource/resource-set.ts';
import { addVars, type Var } from '../transform/vars.ts';

/** Resources with the rules and vars that came with them. */
export class Accumulator {
  readonly set = new ResourceSet();
  config: TransformerConfig = emptyConfig();
  readonly vars = new Map<string, Var>();

  /** @param known the keys of this one's resources, when they are at hand */
  merge(other: Accumulator, known?: Set<string>): void {
    this.set.appendAll(other.set.list, known);
    this.config = mergeConfigs(this.config, other.config);
    addVars(this.vars, other.vars.values());
  }
}
