/** The schema of parameters that the sandbox ships with is the one that the SDK's types make. */

import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readContractFile } from '../contract/file.ts';
import { generateParameters, readParameters } from './parameters/generate.ts';

it('has the parameters of the installed SDK (else: node test/sandbox/parameters/generate.ts)', () => {
  assert.equal(readParameters(), generateParameters(readContractFile()));
});
